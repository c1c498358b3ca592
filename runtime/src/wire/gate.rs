//! A connection, watched: bytes that are not HTTP/1 do not pass, and whoever is too slow is hung up on.

use super::Times;
use super::framing::{Framing, Phase};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// In place of a byte that is wrong: one that no parser of HTTP takes, so that hyper answers 400 and hangs up.
const SPOILED: u8 = 0;
/// What is read at once.
const PIECE: usize = 16 * 1024;
/// What of the rest is read before a connection is closed, so that the answer is not lost.
const LINGER: usize = 256 * 1024;

/// Requests of a connection that are being answered.
pub(super) type Busy = Arc<AtomicU32>;

/// A connection, watched.
pub(super) struct Gate<I> {
    io: I,
    framing: Framing,
    times: Arc<Times>,
    busy: Busy,
    /// When anything was last read or written.
    last: Instant,
    head_since: Option<Instant>,
    body: Pace,
    write_since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    is_spoiled: bool,
    /// What is read behind a byte that was spoiled.
    end: &'static [u8],
}

/// How fast a body comes: only the time in which it was waited for counts.
#[derive(Debug, Default)]
struct Pace {
    bytes: u64,
    waited: Duration,
    waiting: Option<Instant>,
}

impl Pace {
    /// By when it must go on.
    fn deadline(&self, times: &Times) -> Option<Instant> {
        let (rate, since) = (times.body_rate?, self.waiting?);
        let earned = Duration::from_secs_f64(self.bytes as f64 / rate.max(1) as f64);
        Some(since + (times.body_grace.max(earned)).saturating_sub(self.waited))
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> Gate<I> {
    pub(super) fn new(io: I, times: Arc<Times>, busy: Busy) -> Self {
        Self {
            io,
            framing: Framing::default(),
            times,
            busy,
            last: Instant::now(),
            head_since: None,
            body: Pace::default(),
            write_since: None,
            timer: None,
            is_spoiled: false,
            end: b"\r\n\r\n",
        }
    }

    /// By when something must happen. Nobody has to ask for anything while an answer is being made.
    fn deadline(&self) -> Option<Instant> {
        let after = |since: Instant, limit: Option<Duration>| limit.map(|limit| since + limit);
        let reading = match self.framing.phase() {
            Phase::Idle => after(self.last, self.times.idle),
            Phase::Head => self.head_since.and_then(|since| after(since, self.times.head)),
            Phase::Body => self.body.deadline(&self.times),
            Phase::Tunnel => None,
        };
        let writing = self.write_since.and_then(|since| after(since, self.times.write));
        match (reading, writing) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Is it too late? Whoever asks is woken when it is.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        loop {
            let Some(deadline) = self.deadline() else { return false };
            let now = Instant::now();
            if deadline <= now {
                let is_answering = self.framing.phase() == Phase::Idle
                    && self.write_since.is_none()
                    && self.busy.load(Ordering::Relaxed) > 0;
                if !is_answering {
                    return true;
                }
                self.last = now;
                continue;
            }
            // A timer that rings too early is set anew then: that is rare, and requests are not.
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            if timer.deadline() > deadline || timer.is_elapsed() {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return false;
            }
        }
    }

    /// Follows what was read. How many of the bytes may be seen? The last of them is spoiled if they are not all.
    fn passed(&mut self, bytes: &mut [u8]) -> usize {
        let was = self.framing.phase();
        let scanned = self.framing.scan(bytes);
        let now = Instant::now();
        self.last = now;
        if let Some(since) = self.body.waiting.take() {
            self.body.waited += now.saturating_duration_since(since);
        }
        match (was, self.framing.phase()) {
            (Phase::Body, Phase::Body) => self.body.bytes += bytes.len() as u64,
            (_, Phase::Body) => self.body = Pace { bytes: bytes.len() as u64, ..Pace::default() },
            (Phase::Head, Phase::Head) => {}
            (_, Phase::Head) => self.head_since = Some(now),
            (_, Phase::Idle | Phase::Tunnel) => self.head_since = None,
        }
        match scanned {
            Ok(()) => bytes.len(),
            Err(at) => {
                self.is_spoiled = true;
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = SPOILED);
                at + 1
            }
        }
    }

    fn late(&self) -> io::Error {
        let what = match self.framing.phase() {
            _ if self.write_since.is_some() => "the client does not take the answer",
            Phase::Idle => "nothing was asked for too long",
            Phase::Head => "the head of a request came too slowly",
            Phase::Body => "the body of a request came too slowly",
            Phase::Tunnel => "it took too long",
        };
        io::Error::new(io::ErrorKind::TimedOut, what)
    }

    /// Notes how writing went on.
    fn wrote<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(done) => {
                self.write_since = None;
                self.last = Instant::now();
                Poll::Ready(done)
            }
            Poll::Pending => {
                self.write_since.get_or_insert_with(Instant::now);
                if self.is_late(cx) { Poll::Ready(Err(self.late())) } else { Poll::Pending }
            }
        }
    }

    /// The answer to a request for another protocol: from here on it is spoken, or not.
    fn is_answered(&mut self, bytes: &[u8]) {
        self.framing.may_upgrade = false;
        if bytes.starts_with(b"HTTP/1.1 101") {
            self.framing.tunnel();
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gate<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.is_spoiled {
            // Only what looks like the end of a head is parsed.
            let (end, rest) = this.end.split_at(this.end.len().min(out.remaining()));
            out.put_slice(end);
            this.end = rest;
            return Poll::Ready(Ok(()));
        }
        let before = out.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, out) {
            Poll::Ready(Ok(())) => {
                let bytes = out.filled_mut().get_mut(before..).unwrap_or_default();
                if !bytes.is_empty() {
                    let passed = this.passed(bytes);
                    out.set_filled(before + passed);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                if this.framing.phase() == Phase::Body {
                    this.body.waiting.get_or_insert_with(Instant::now);
                }
                if this.is_late(cx) { Poll::Ready(Err(this.late())) } else { Poll::Pending }
            }
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.framing.may_upgrade {
            this.is_answered(bytes);
        }
        let polled = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.wrote(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match Pin::new(&mut this.io).poll_flush(cx) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => this.wrote(cx, Poll::Pending),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let polled = Pin::new(&mut this.io).poll_shutdown(cx);
        // A socket that is closed with something unread in it takes the answer back from the client.
        if polled.is_ready() && this.is_spoiled {
            let mut scratch = [0; PIECE];
            for _ in 0..LINGER / PIECE {
                let mut read = ReadBuf::new(&mut scratch);
                let more = Pin::new(&mut this.io).poll_read(cx, &mut read);
                if !matches!(more, Poll::Ready(Ok(()))) || read.filled().is_empty() {
                    break;
                }
            }
        }
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.framing.may_upgrade {
            this.is_answered(pieces.first().map(|piece| &**piece).unwrap_or_default());
        }
        let polled = Pin::new(&mut this.io).poll_write_vectored(cx, pieces);
        this.wrote(cx, polled)
    }
}
