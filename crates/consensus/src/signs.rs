//! Signs of life: what the instance of a new epoch (纪元) is told of the others when it begins.
//!
//! The engine gives a view up at once where a quorum was heard of lately and the view's leader was not. An instance that has just begun has
//! heard of nobody: the first votes that arrive make it a quorum, and whoever is a few milliseconds behind looks dead. Where some give the
//! second view up in this way and others vote for its block, neither reaches a quorum, and nothing becomes final until the view's
//! certification times out. So an instance is told at its start of everybody from whom something came not long before; whoever was not heard
//! of since this node started counts as heard of then, and has the same time as everybody to be.

use commonware_codec::{Copying, DecodeExt as _, Encode as _};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Certificate, Nullification};
use commonware_consensus::types::{Epoch, Participant, Round, View};
use commonware_cryptography::certificate::Signers;
use commonware_cryptography::{ed25519, sha256};
use commonware_p2p::Message;
use commonware_runtime::IoBuf;
use yinxin_types::BlockTime;

use crate::sets::Voters;
use crate::votes::ObservedVotes;

/// Messages that tell the engine of those voters who were heard of since then; of whom nothing came yet, that was when this node started. They are made here and never leave: the engine notes from whom
/// a certificate of its epoch came, and looks no further at one of view 0, which is where an epoch begins and which nobody certifies.
pub(crate) fn of_life(
    epoch: u64,
    voters: &Voters,
    observed: &ObservedVotes,
    (started, since): (BlockTime, BlockTime),
) -> Vec<Message<ed25519::PublicKey>> {
    let seen = observed.by_validator();
    let heard = voters.keys.iter().zip(&voters.set.validators).zip(0_u32..);
    heard
        .filter(|((_, key), _)| seen.get(*key).map_or(started, |seen| seen.at) >= since)
        .filter_map(|((from, _), place)| {
            let sign = sign(epoch, voters.keys.len(), place)?;
            Some((from.clone(), IoBuf::from(sign)))
        })
        .collect()
}

/// A certificate of view 0, with an empty signature.
fn sign(epoch: u64, validators: usize, place: u32) -> Option<Vec<u8>> {
    let validators = u32::try_from(validators).ok()?;
    let signers = Signers::new(validators, [Participant::new(place)]).ok()?;
    let signature = ed25519::Signature::decode(Copying(&[0; 64][..])).ok()?;
    let nullification = Nullification {
        round: Round::new(Epoch::new(epoch), View::zero()),
        certificate: ed25519::certificate::Certificate {
            signers,
            signatures: vec![signature.into()],
        },
    };
    let certificate = Certificate::<vote_scheme::Scheme, sha256::Digest>::Nullification(nullification);
    Some(certificate.encode().to_vec())
}
