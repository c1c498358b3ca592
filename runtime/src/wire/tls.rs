//! TLS by rustls, with cryptography by aws-lc-rs: certificates that are read anew when they change, and those of clients.

use super::socket::Socket;
use crate::quantity::Period;
use crate::security::PeerCertificates;
use crate::stack::Unusable;
use arc_swap::ArcSwap;
use bytes::Bytes;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use rustls::{RootCertStore, crypto};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// TLS 1.2 and 1.3, with HTTP/2 and HTTP/1.1 (ALPN).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Tls {
    /// A PEM file with the certificate of the service, followed by those that vouch for it.
    pub certificate: Option<PathBuf>,
    /// A PEM file with its key: PKCS #8, PKCS #1 or SEC 1.
    pub key: Option<PathBuf>,
    /// A PEM file with the certificates of those who vouch for clients.
    pub client_ca: Option<PathBuf>,
    /// Whether clients must show a certificate, or may; if not, `client_ca` is not used.
    pub clients: Clients,
    /// Where TLS is spoken, as `server.listen`. Not set: at all addresses of the server.
    #[cfg(feature = "config")]
    pub listen: Option<crate::config::Addresses>,
    /// How long a handshake may take.
    pub handshake: Period,
}

/// Whether clients show certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub enum Clients {
    /// They are not asked.
    #[default]
    Off,
    /// They may; one that is not good is refused.
    Optional,
    /// They must.
    Required,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            client_ca: None,
            clients: Clients::Off,
            #[cfg(feature = "config")]
            listen: None,
            handshake: Duration::from_secs(10).into(),
        }
    }
}

impl Tls {
    /// With a certificate and its key, both in PEM files.
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self { certificate: Some(certificate.into()), key: Some(key.into()), ..Self::default() }
    }

    /// With clients that must show a certificate for which one of those in this PEM file vouches.
    #[must_use]
    pub fn client_ca(self, file: impl Into<PathBuf>) -> Self {
        Self { client_ca: Some(file.into()), clients: Clients::Required, ..self }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.certificate.is_some() || self.key.is_some()
    }

    /// What handshakes are made with.
    ///
    /// # Errors
    /// A file is missing, or is not what it should be.
    pub(crate) fn read(&self) -> Result<ServerConfig, Unusable> {
        let path = |file: &Option<PathBuf>, key: &'static str| {
            file.clone().ok_or_else(|| Unusable::new([key], "TLS needs it"))
        };
        let (certificate, key) = (path(&self.certificate, "certificate")?, path(&self.key, "key")?);
        let chain = certificates(&certificate, "certificate")?;
        let secret = PrivateKeyDer::from_pem_file(&key).map_err(|error| unread(&key, "key", &error))?;
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let wrong = |key: &'static str| move |error: rustls::Error| Unusable::new([key], error.to_string());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(wrong("certificate"))?;
        let builder = match self.clients {
            Clients::Off => builder.with_no_client_auth(),
            asked @ (Clients::Optional | Clients::Required) => {
                let path = path(&self.client_ca, "client_ca")?;
                let mut roots = RootCertStore::empty();
                for root in certificates(&path, "client_ca")? {
                    roots.add(root).map_err(wrong("client_ca"))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier =
                    if asked == Clients::Optional { verifier.allow_unauthenticated() } else { verifier };
                let verifier = verifier.build();
                let verifier = verifier.map_err(|error| Unusable::new(["client_ca"], error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder.with_single_cert(chain, secret).map_err(wrong("key"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn unread(path: &Path, key: &'static str, error: &dyn std::fmt::Display) -> Unusable {
    Unusable::new([key], format!("{} cannot be read: {error}", path.display()))
}

fn certificates(path: &Path, key: &'static str) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| unread(path, key, &error))?;
    let all: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| unread(path, key, &error))?;
    match all.is_empty() {
        true => Err(Unusable::new([key], format!("there is no certificate in {}", path.display()))),
        false => Ok(all),
    }
}

/// Makes handshakes.
#[derive(Debug)]
pub(crate) struct Handshakes {
    settings: ArcSwap<Tls>,
    config: ArcSwap<ServerConfig>,
}

impl Handshakes {
    /// # Errors
    /// See [`Tls::read`].
    pub(crate) fn new(settings: Tls) -> Result<Self, Unusable> {
        let config = settings.read()?;
        Ok(Self { config: ArcSwap::from_pointee(config), settings: ArcSwap::from_pointee(settings) })
    }

    /// Uses what is in the files now, from the next handshake on. If it cannot be used, what was there stays.
    #[cfg(feature = "config")]
    pub(crate) fn reload(&self, settings: Tls) {
        match settings.read() {
            Ok(config) => {
                self.config.store(Arc::new(config));
                self.settings.store(Arc::new(settings));
            }
            Err(error) => {
                tracing::error!(%error, "the certificates were not read anew, and the old ones stay")
            }
        }
    }

    /// Makes one, and tells what the client has shown.
    ///
    /// # Errors
    /// The client does not speak TLS, takes too long, or shows nothing good.
    pub(super) async fn accept(&self, socket: Socket) -> io::Result<(Socket, Option<PeerCertificates>)> {
        let acceptor = TlsAcceptor::from(self.config.load_full());
        let limit = self.settings.load().handshake.0;
        let stream = tokio::time::timeout(limit, acceptor.accept(socket)).await??;
        let shown = stream.get_ref().1.peer_certificates();
        let shown = shown.map(|chain| {
            PeerCertificates(chain.iter().map(|one| Bytes::copy_from_slice(one)).collect::<Vec<_>>().into())
        });
        Ok((Socket::Tls(Box::new(stream)), shown))
    }
}
