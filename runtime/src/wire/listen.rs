//! Where connections come from: addresses, Unix sockets, and sockets that systemd has opened.

use super::socket::Socket;
use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

/// A listener that has its port.
#[derive(Debug)]
pub(crate) struct Listener {
    kind: Kind,
    pub(crate) is_tls: bool,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, Leaves),
}

/// A file that goes with its socket.
#[cfg(unix)]
#[derive(Debug)]
struct Leaves(Option<PathBuf>);

#[cfg(unix)]
impl Drop for Leaves {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::debug!(%error, path = %path.display(), "the socket was not removed");
        }
    }
}

/// What `unix:/run/shop.sock` begins with.
#[cfg(unix)]
const UNIX: &str = "unix:";
/// The sockets that systemd has opened for the process (sd_listen_fds(3)).
const SYSTEMD: &str = "systemd";

impl Listener {
    /// Takes what an address names: `host:port`, `unix:/path`, or `systemd`, which may be several.
    ///
    /// # Errors
    /// It cannot be had.
    pub(crate) async fn open(address: &str, is_tls: bool) -> io::Result<Vec<Self>> {
        let told =
            |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
        #[cfg(unix)]
        if let Some(path) = address.strip_prefix(UNIX) {
            let listener = unix(Path::new(path)).await.map_err(told)?;
            let kind = Kind::Unix(listener, Leaves(Some(path.into())));
            // Whoever may open the file is as near as can be.
            return Ok(vec![Self { kind, is_tls: false }]);
        }
        if address == SYSTEMD {
            let kinds = inherited().map_err(told)?;
            return Ok(kinds.into_iter().map(|kind| Self { kind, is_tls }).collect());
        }
        let kind = Kind::Tcp(TcpListener::bind(address).await.map_err(told)?);
        Ok(vec![Self { kind, is_tls }])
    }

    /// The address; none of a Unix socket. The system may not tell.
    pub(crate) fn address(&self) -> Option<io::Result<SocketAddr>> {
        match &self.kind {
            Kind::Tcp(listener) => Some(listener.local_addr()),
            #[cfg(unix)]
            Kind::Unix(..) => None,
        }
    }

    /// The next connection, and who is at its other end.
    ///
    /// # Errors
    /// There is none to be had now.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match &self.kind {
            Kind::Tcp(listener) => {
                let (stream, remote) = listener.accept().await?;
                // Without it, small answers would wait for what follows; a socket that refuses it works too.
                let _ = stream.set_nodelay(true);
                Ok((Socket::Tcp(stream), Some(remote)))
            }
            #[cfg(unix)]
            Kind::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Socket::Unix(stream), None))
            }
        }
    }
}

/// Where it can be called.
impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Tcp(listener) => {
                let scheme = if self.is_tls { "https" } else { "http" };
                match listener.local_addr() {
                    Ok(address) => write!(f, "{scheme}://{address}"),
                    Err(error) => write!(f, "{scheme}://? ({error})"),
                }
            }
            #[cfg(unix)]
            Kind::Unix(_, leaves) => {
                let path = leaves.0.as_deref().unwrap_or(Path::new(""));
                write!(f, "{UNIX}{}", path.display())
            }
        }
    }
}

/// A socket that is left over from a process that has died stands in nobody's way.
#[cfg(unix)]
async fn unix(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            match tokio::net::UnixStream::connect(path).await {
                Err(dead) if dead.kind() == io::ErrorKind::ConnectionRefused => {
                    std::fs::remove_file(path)?;
                    UnixListener::bind(path)
                }
                Ok(_) | Err(_) => Err(error),
            }
        }
        bound => bound,
    }
}

#[cfg(unix)]
fn inherited() -> io::Result<Vec<Kind>> {
    let mut known = listenfd::ListenFd::from_env();
    let mut kinds = Vec::new();
    for n in 0..known.len() {
        if let Ok(Some(listener)) = known.take_tcp_listener(n) {
            listener.set_nonblocking(true)?;
            kinds.push(Kind::Tcp(TcpListener::from_std(listener)?));
        } else if let Some(listener) = known.take_unix_listener(n)? {
            listener.set_nonblocking(true)?;
            kinds.push(Kind::Unix(UnixListener::from_std(listener)?, Leaves(None)));
        }
    }
    match kinds.is_empty() {
        true => Err(io::Error::new(io::ErrorKind::NotFound, "there are no sockets of systemd (LISTEN_FDS)")),
        false => Ok(kinds),
    }
}

#[cfg(not(unix))]
fn inherited() -> io::Result<Vec<Kind>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "there is no systemd here"))
}

/// Tells systemd what the service is about (sd_notify(3)), if it has asked for that.
pub(crate) fn notify(state: &str) {
    #[cfg(unix)]
    if let Some(path) = std::env::var_os("NOTIFY_SOCKET")
        && let Err(error) = send(&path, state)
    {
        tracing::debug!(%error, "systemd was not told");
    }
    #[cfg(not(unix))]
    let _ = state;
}

#[cfg(unix)]
fn send(path: &std::ffi::OsStr, state: &str) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    let socket = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    if let Some(name) = path.as_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        let address = SocketAddr::from_abstract_name(name)?;
        return socket.send_to_addr(state.as_bytes(), &address).map(drop);
    }
    let address = SocketAddr::from_pathname(path)?;
    socket.send_to_addr(state.as_bytes(), &address).map(drop)
}
