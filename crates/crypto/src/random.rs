//! Random bytes of the operating system: the crate's only door to the outside.

/// The operating system gave no random bytes; nothing secret can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct RandomnessError(#[from] getrandom::Error);

/// `N` fresh bytes of the operating system's random source, for keys, salts and nonces.
///
/// # Errors
/// [`RandomnessError`] where the system has no such source.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], RandomnessError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
