//! How a server misbehaves: before it does what it is asked, after that, or by killing who asks.

use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use super::server::{Shared, State};
use super::{Reply, Request, Service, http};
use crate::patience::{PATIENCE, until};

/// A moment in the handling of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// It was read to its last byte; nothing was done.
    Read,
    /// It was done; nothing was answered.
    Accepted,
    /// It was answered.
    Answered,
}

/// How a server misbehaves on one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Closes the connection.
    Drop(When),
    /// Says nothing until the caller goes away.
    Hang(When),
    /// Does it, and answers more slowly than anybody waits.
    Drip,
    /// Does it, and answers bytes that are no HTTP.
    Garbage,
    /// Answers this; `true`: does it first.
    Say(Reply, bool),
    /// Closes the connection, and does it later, when [`Fake::accept_late`] is called.
    Later,
    /// Sends a signal to the daemon at this moment, and goes on.
    Signal(When, Signal),
    /// Does nothing until [`Fake::release`] is called, then what it should.
    Wait,
    /// None after all.
    Behave,
}

impl<S: Service> Shared<S> {
    fn accept(&self, request: &Request) -> Reply {
        let reply = self.lock().service.answer(request);
        self.changed.notify_all();
        reply
    }

    pub(super) fn handle(&self, stream: &TcpStream, request: &Request, fault: &Fault) {
        match fault {
            Fault::Drop(When::Read) => {}
            Fault::Hang(When::Read) => http::hang(stream),
            Fault::Later => self.lock().late.push(request.clone()),
            Fault::Say(reply, accept) => {
                if *accept {
                    self.accept(request);
                }
                reply.write(stream);
            }
            Fault::Wait => {
                self.lock().waiting += 1;
                self.changed.notify_all();
                let held = |state: &mut State<S>| !state.released;
                drop(self.changed.wait_timeout_while(self.lock(), PATIENCE, held));
                self.accept(request).write(stream);
            }
            Fault::Signal(When::Read, signal) => {
                self.signal(*signal);
                // A dead caller's request goes no further; a stopped one's does.
                if *signal != Signal::KILL {
                    self.accept(request).write(stream);
                }
            }
            _ => self.accepted(stream, &self.accept(request), fault),
        }
    }

    /// What goes wrong after it was done.
    fn accepted(&self, stream: &TcpStream, reply: &Reply, fault: &Fault) {
        match fault {
            Fault::Drop(_) => {}
            Fault::Hang(_) => http::hang(stream),
            Fault::Drip => reply.drip(stream),
            Fault::Garbage => {
                let garbage = b"\x16\x03\x01\x02\x00\x01 this is no answer\r\n\r\n";
                let _ = std::io::Write::write_all(&mut &*stream, garbage);
            }
            Fault::Signal(When::Accepted, signal) => {
                self.signal(*signal);
                reply.write(stream);
            }
            Fault::Signal(_, signal) => {
                reply.write(stream);
                self.signal(*signal);
            }
            _ => reply.write(stream),
        }
    }

    fn signal(&self, signal: Signal) {
        let id = until("the daemon's number", || {
            Some(self.target.load(Ordering::SeqCst)).filter(|id| *id > 0)
        });
        // The test holds the child and has not waited for it while it lives, so the number is its own.
        if let Some(pid) = Pid::from_raw(id) {
            let _ = kill_process(pid, signal);
        }
        if signal == Signal::KILL {
            let started = Instant::now();
            while is_alive(id) && started.elapsed() < PATIENCE {
                std::thread::yield_now();
            }
        }
    }
}

/// Whether a process still runs; one that is dead and not yet waited for does not.
fn is_alive(id: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}
