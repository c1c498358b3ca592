//! TLS: by hand-made certificates, with those of clients, and read anew.

use crate::callers::{quiet, serve, service, told};
use apiloom::App;
use apiloom::app::{Clients, Tls};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, crypto};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Somebody who vouches for others.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

impl Authority {
    fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "everybody's authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(folder.join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder: folder.to_owned() }
    }

    /// Files with the certificate of a host or a client, and its key.
    fn vouch(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned(), name.to_owned()]).unwrap();
        let issuer: &Issuer<'_, KeyPair> = &self.issuer;
        let certificate = params.signed_by(&key, issuer).unwrap();
        let (at, key_at) = (self.folder.join(name), self.folder.join(format!("{name}.key")));
        std::fs::write(&at, certificate.pem()).unwrap();
        std::fs::write(&key_at, key.serialize_pem()).unwrap();
        (at, key_at)
    }

    /// A client that trusts this authority alone, and may show a certificate.
    fn client(&self, shown: Option<&(PathBuf, PathBuf)>, protocols: &[&[u8]]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match shown {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let certificate = CertificateDer::from_pem_file(certificate).unwrap();
                let key = PrivateKeyDer::from_pem_file(key).unwrap();
                builder.with_client_auth_cert(vec![certificate], key).unwrap()
            }
        };
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    }
}

async fn open(address: SocketAddr, client: &TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(address).await?;
    client.connect("localhost".try_into().unwrap(), socket).await
}

async fn ask(address: SocketAddr, client: &TlsConnector) -> String {
    told(open(address, client).await.unwrap(), b"", "").await
}

async fn speaking(tls: Tls) -> SocketAddr {
    let app = App::new().service(service()).stack(quiet()).tls(tls).listen("127.0.0.1:0");
    serve(app.bind().await.unwrap()).unwrap()
}

#[tokio::test]
async fn handshakes() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path());
    let (certificate, key) = authority.vouch("server");
    let tls = Tls { handshake: Duration::from_millis(300).into(), ..Tls::new(certificate, key) };
    let address = speaking(tls).await;
    assert_eq!(ask(address, &authority.client(None, &[])).await, "127.0.0.1 secure 0");
    for (offered, chosen) in
        [(&[&b"h2"[..], b"http/1.1"][..], Some(&b"h2"[..])), (&[b"http/1.1"], Some(b"http/1.1")), (&[], None)]
    {
        let stream = open(address, &authority.client(None, offered)).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), chosen);
    }
    // No protocol that both speak.
    assert!(open(address, &authority.client(None, &[b"spdy/3"])).await.is_err());
    // Somebody who says nothing, and somebody who speaks no TLS.
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), silent.read_to_end(&mut rest)).await;
    assert!(ended.is_ok() && rest.is_empty());
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let _ = plain.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP"), "{rest:?}");
}

#[tokio::test]
async fn certificates_of_clients() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path());
    let stranger_folder = tempfile::tempdir().unwrap();
    let strangers = Authority::new(stranger_folder.path());
    let (certificate, key) = authority.vouch("server");
    let (known, unknown) = (authority.vouch("client"), strangers.vouch("client"));
    let required = Tls::new(certificate, key).client_ca(folder.path().join("ca.pem"));
    let optional = Tls { clients: Clients::Optional, ..required.clone() };
    let (required, optional) = (speaking(required).await, speaking(optional).await);
    let told_to = async |address, shown| match open(address, &authority.client(shown, &[])).await {
        Ok(stream) => told(stream, b"", "").await,
        Err(error) => error.to_string(),
    };
    assert_eq!(told_to(required, Some(&known)).await, "127.0.0.1 secure 1");
    // With TLS 1.3 a client hears of it only when it reads.
    assert_eq!(told_to(required, None).await, "");
    assert_eq!(told_to(required, Some(&unknown)).await, "");
    assert_eq!(told_to(optional, Some(&known)).await, "127.0.0.1 secure 1");
    assert_eq!(told_to(optional, None).await, "127.0.0.1 secure 0");
    assert_eq!(told_to(optional, Some(&unknown)).await, "");
}

#[tokio::test]
async fn files_that_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path());
    let (certificate, key) = authority.vouch("server");
    let (_, other) = authority.vouch("other");
    let said =
        async |tls: Tls| App::new().tls(tls).listen("127.0.0.1:0").bind().await.unwrap_err().to_string();
    let missing = said(Tls::new(folder.path().join("none"), &key)).await;
    assert!(missing.starts_with("`certificate`: ") && missing.contains("none cannot be read: "), "{missing}");
    let none = said(Tls::new(&key, &key)).await;
    assert!(none.starts_with("`certificate`: there is no certificate in "), "{none}");
    let no_key = said(Tls::new(&certificate, &certificate)).await;
    assert!(no_key.starts_with("`key`: ") && no_key.contains("cannot be read"), "{no_key}");
    let alien = said(Tls::new(&certificate, &other)).await;
    assert!(alien.starts_with("`key`: ") && alien.len() > 12, "{alien}");
    let half = said(Tls { key: None, ..Tls::new(&certificate, "") }).await;
    assert_eq!(half, "`key`: TLS needs it");
    let asked = said(Tls { clients: Clients::Required, ..Tls::new(&certificate, &key) }).await;
    assert_eq!(asked, "`client_ca`: TLS needs it");
}

/// Certificates are read anew when they change, and what is wrong leaves the old ones.
#[cfg(feature = "config")]
#[tokio::test]
async fn read_anew() {
    use crate::config::{app, folder as configured};
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path());
    let (certificate, key) = authority.vouch("server");
    let text = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[tls]\ncertificate = '{}'\nkey = '{}'\nlisten = '127.0.0.1:0'\n",
        certificate.display(),
        key.display()
    );
    let there = configured(&[("default.toml", &text)]);
    let bound = app(there.path(), &[], &[]).service(service()).stack(quiet()).bind().await.unwrap();
    let [plain, secure] = bound.local_addrs().unwrap()[..] else { panic!("two addresses") };
    assert_eq!(bound.urls(), [format!("http://{plain}"), format!("https://{secure}")]);
    serve(bound);
    let client = authority.client(None, &[]);
    let shown = async || {
        let stream = open(secure, &client).await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    };
    assert_eq!(told(TcpStream::connect(plain).await.unwrap(), b"", "").await, "127.0.0.1 open 0");
    assert_eq!(ask(secure, &client).await, "127.0.0.1 secure 0");
    let first = shown().await;
    std::fs::write(&certificate, "nonsense").unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(shown().await, first, "what is wrong is not used");
    authority.vouch("server");
    for _ in 0..200 {
        if shown().await != first {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the certificate was not read anew");
}
