//! Materials in an S3-compatible object store, under a prefix that belongs to one vault.
//!
//! The bucket must keep no versions and no deleted objects: an object that is overwritten or deleted must be gone, or erasure
//! erases nothing. Everything stored is encrypted already and the requests are signed, so plain HTTP within a department's
//! own network is accepted.
//! The names under the prefix are those of the folders of a local vault.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectMeta, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Runtime};
use yinxin_crypto::Digest;

use crate::error::VaultError;
use crate::protocol::{Area, Blobs, Listing, Vault, address_of, is_a_vault, place};

/// How long one request may take: 64 MiB over a slow link.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// How often a request is tried again, and for how long altogether.
const RETRIES: (usize, Duration) = (3, Duration::from_secs(60));

/// Where the bucket is, and how to sign for it.
#[derive(Clone)]
pub struct S3 {
    /// Address of the service, such as `http://127.0.0.1:9000`.
    pub endpoint: String,
    /// Region that signatures name.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What all names begin with; one for each vault.
    pub prefix: String,
    /// Identifier of the credential.
    pub access_key: String,
    /// The secret that signs.
    pub secret_key: String,
}

/// Shows everything but the secret.
impl fmt::Debug for S3 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("S3")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

/// A vault in an object store. Nothing keeps two programs from opening the same prefix: each vault needs its own.
pub struct ObjectStore(Vault<Bucket>);

impl ObjectStore {
    /// Opens the vault in a bucket, and follows up what a crash interrupted.
    ///
    /// # Errors
    /// [`VaultError::Storage`].
    pub fn open(settings: &S3) -> Result<Self, VaultError> {
        let backend = AmazonS3Builder::new()
            .with_endpoint(&settings.endpoint)
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(&settings.secret_key)
            .with_virtual_hosted_style_request(false)
            .with_client_options(
                ClientOptions::new()
                    .with_timeout(REQUEST_TIMEOUT)
                    .with_allow_http(true),
            )
            .with_retry(RetryConfig {
                max_retries: RETRIES.0,
                retry_timeout: RETRIES.1,
                ..RetryConfig::default()
            })
            .build()
            .map_err(|error| VaultError::storage("reach the object store", error))?;
        Vault::open(Bucket::new(Arc::new(backend), &settings.prefix)?).map(Self)
    }
}

is_a_vault!(ObjectStore);

impl fmt::Debug for ObjectStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ObjectStore").finish_non_exhaustive()
    }
}

/// Blobs as objects. The requests run on a thread of their own, and the caller waits for them, whatever runs him.
pub(crate) struct Bucket {
    backend: Arc<dyn object_store::ObjectStore>,
    prefix: Path,
    /// Taken out when dropped: a runtime must not be dropped where waiting is forbidden.
    runtime: Option<Runtime>,
}

impl Bucket {
    pub(crate) fn new(backend: Arc<dyn object_store::ObjectStore>, prefix: &str) -> Result<Self, VaultError> {
        let prefix = Path::parse(prefix)
            .map_err(|error| VaultError::storage("use the prefix", io::Error::other(error)))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("vault")
            .enable_all()
            .build()
            .map_err(|error| VaultError::storage("start a thread", error))?;
        Ok(Self {
            backend,
            prefix,
            runtime: Some(runtime),
        })
    }

    fn folder(&self, area: Area) -> Path {
        self.prefix.clone().join(area.folder())
    }

    fn path(&self, area: Area, address: &Digest) -> Path {
        let (shard, name) = place(address);
        self.folder(area).join(shard).join(name)
    }

    /// Runs a request to its end. `None` where there is no such object.
    fn wait<T: Send + 'static>(
        &self,
        action: impl FnOnce() -> String,
        request: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<Option<T>, VaultError> {
        let (send, receive) = mpsc::sync_channel(1);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(async move { drop(send.send(request.await)) });
        }
        match receive.recv() {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(object_store::Error::NotFound { .. })) => Ok(None),
            Ok(Err(error)) => Err(VaultError::storage(action(), error)),
            Err(error) => Err(VaultError::storage(action(), io::Error::other(error))),
        }
    }

    fn head(&self, path: &Path) -> Result<Option<ObjectMeta>, VaultError> {
        let (backend, asked) = (Arc::clone(&self.backend), path.clone());
        self.wait(|| format!("look for {path}"), async move {
            backend.head(&asked).await
        })
    }

    fn put(&self, path: &Path, bytes: Bytes) -> Result<(), VaultError> {
        let (backend, asked) = (Arc::clone(&self.backend), path.clone());
        let action = || format!("write {path}");
        self.wait(action, async move { backend.put(&asked, bytes.into()).await })?
            .map(drop)
            .ok_or_else(|| VaultError::storage(action(), io::ErrorKind::NotFound))
    }
}

impl Blobs for Bucket {
    fn read(&self, area: Area, address: &Digest, limit: usize) -> Result<Option<Vec<u8>>, VaultError> {
        let path = self.path(area, address);
        let (backend, asked) = (Arc::clone(&self.backend), path.clone());
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let bytes = self.wait(|| format!("read {path}"), async move {
            let found = backend.get(&asked).await?;
            // What is longer was not written here, and is not loaded: no bytes are no material either.
            if found.meta.size > limit {
                return Ok(Bytes::new());
            }
            found.bytes().await
        })?;
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }

    fn holds(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        self.head(&self.path(area, address)).map(|meta| meta.is_some())
    }

    fn write(&self, area: Area, address: &Digest, bytes: &[u8]) -> Result<(), VaultError> {
        self.put(&self.path(area, address), Bytes::copy_from_slice(bytes))
    }

    fn remove(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        let path = self.path(area, address);
        let Some(meta) = self.head(&path)? else {
            return Ok(false);
        };
        if area == Area::Keys {
            let length = usize::try_from(meta.size).unwrap_or_default();
            self.put(&path, vec![0; length].into())?;
        }
        let (backend, asked) = (Arc::clone(&self.backend), path.clone());
        self.wait(|| format!("remove {path}"), async move {
            backend.delete(&asked).await
        })?;
        Ok(true)
    }

    fn list(&self, area: Area) -> Result<Listing, VaultError> {
        let folder = self.folder(area);
        let (backend, asked) = (Arc::clone(&self.backend), folder.clone());
        let found: Option<Vec<ObjectMeta>> = self.wait(|| format!("list {folder}"), async move {
            backend.list(Some(&asked)).try_collect().await
        })?;
        let mut listing = Listing::default();
        for meta in found.unwrap_or_default() {
            let parts: Vec<_> = meta
                .location
                .prefix_match(&folder)
                .into_iter()
                .flatten()
                .collect();
            let address = match parts.as_slice() {
                [shard, name] => address_of(shard.as_ref(), name.as_ref()),
                _ => None,
            };
            match address {
                Some(address) => drop(listing.addresses.insert(address)),
                None => listing.strangers.push(meta.location.to_string()),
            }
        }
        Ok(listing)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests;
