//! The running server: keeps what it was asked, hands each request to its service, or to the fault that it meets.

use std::collections::VecDeque;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use super::{Fault, Public, Request, Seen, Service, World};
use crate::daemon::Target;
use crate::patience::PATIENCE;

/// Which requests a fault is for.
#[derive(Clone, Debug)]
enum Match {
    Post,
    Path(String),
}

pub(super) struct State<S> {
    pub(super) service: S,
    requests: Vec<Request>,
    /// The paths of the requests that were dealt with to the end.
    ended: Vec<String>,
    posts: Vec<Seen>,
    faults: Vec<(Match, VecDeque<Fault>)>,
    always: Option<Fault>,
    pub(super) late: Vec<Request>,
    pub(super) waiting: usize,
    pub(super) released: bool,
    witness: Option<Witness>,
    complaints: Vec<String>,
}

/// Looks at the world in the moment in which a request to post has come; gives a complaint.
type Witness = Box<dyn Fn(&Seen) -> Option<String> + Send>;

pub(super) struct Shared<S> {
    state: Mutex<State<S>>,
    pub(super) changed: Condvar,
    pub(super) target: Target,
}

/// A running server.
pub(crate) struct Fake<S> {
    channel: String,
    address: SocketAddr,
    shared: Arc<Shared<S>>,
}

impl<S: Service> Fake<S> {
    /// Starts a server for this channel. `target`: the daemon that its faults kill.
    pub(crate) fn start(channel: &str, target: &Target, service: S) -> Self {
        Self::start_on(TcpListener::bind("127.0.0.1:0").unwrap(), channel, target, service)
    }

    pub(crate) fn start_on(listener: TcpListener, channel: &str, target: &Target, service: S) -> Self {
        let state = State {
            service,
            requests: Vec::new(),
            ended: Vec::new(),
            posts: Vec::new(),
            faults: Vec::new(),
            always: None,
            late: Vec::new(),
            waiting: 0,
            released: false,
            witness: None,
            complaints: Vec::new(),
        };
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            target: target.clone(),
        });
        let this = Self {
            channel: channel.to_owned(),
            address,
            shared: shared.clone(),
        };
        // The thread lives as long as the test program; a listener costs nothing.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || shared.serve(&stream));
            }
        });
        this
    }

    /// Its address, as the configuration writes it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.shared.lock()
    }

    /// The next requests to post meet these faults, one each.
    pub(crate) fn on_post(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.push((Match::Post, faults.into_iter().collect()));
    }

    /// The next requests to an address with this in its path meet these faults, one each.
    pub(crate) fn on_path(&self, path: &str, faults: impl IntoIterator<Item = Fault>) {
        self.state()
            .faults
            .push((Match::Path(path.to_owned()), faults.into_iter().collect()));
    }

    /// Every request to post meets this fault, until it is taken back.
    pub(crate) fn always(&self, fault: Option<Fault>) {
        self.state().always = fault;
    }

    /// What is to be looked at whenever a request to post has come.
    pub(crate) fn watch(&self, witness: impl Fn(&Seen) -> Option<String> + Send + 'static) {
        self.state().witness = Some(Box::new(witness));
    }

    /// Looks at the service, or changes it.
    pub(crate) fn service<T>(&self, act: impl FnOnce(&mut S) -> T) -> T {
        act(&mut self.state().service)
    }

    /// Does now what [`Fault::Later`] put off. The answers go nowhere.
    pub(crate) fn accept_late(&self) {
        let mut state = self.state();
        for request in std::mem::take(&mut state.late) {
            state.service.answer(&request);
        }
        self.shared.changed.notify_all();
    }

    /// Lets every request go on that waits.
    pub(crate) fn release(&self) {
        self.state().released = true;
        self.shared.changed.notify_all();
    }

    /// Waits until the server has come so far.
    fn wait(&self, what: &str, enough: impl Fn(&State<S>) -> bool) {
        let ready = |state: &mut State<S>| !enough(state);
        let (state, time) = self
            .shared
            .changed
            .wait_timeout_while(self.state(), PATIENCE, ready)
            .unwrap();
        drop(state);
        assert!(!time.timed_out(), "waited in vain for {what} at {}", self.channel);
    }

    /// Waits for so many requests to post.
    pub(crate) fn wait_posts(&self, count: usize) {
        self.wait(&format!("{count} requests to post"), |state| state.posts.len() >= count);
    }

    /// Waits until so many requests to addresses with this in their path were answered.
    pub(crate) fn wait_path(&self, path: &str, count: usize) {
        let enough = |state: &State<S>| state.ended.iter().filter(|ended| ended.contains(path)).count() >= count;
        self.wait(&format!("{count} requests to {path}"), enough);
    }

    /// Waits for so many requests that [`Fault::Wait`] holds.
    pub(crate) fn wait_waiting(&self, count: usize) {
        self.wait("requests that wait", |state| state.waiting >= count);
    }

    /// How many requests there were to addresses with this in their path.
    pub(crate) fn count_path(&self, path: &str) -> usize {
        matching(&self.state().requests, path)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }
}

fn matching(requests: &[Request], path: &str) -> usize {
    requests.iter().filter(|request| request.path.contains(path)).count()
}

impl<S: Service> World for Fake<S> {
    fn channel(&self) -> &str {
        &self.channel
    }

    fn public(&self) -> Vec<Public> {
        self.state().service.public()
    }

    fn posts(&self) -> Vec<Seen> {
        self.state().posts.clone()
    }

    fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }
}

impl<S: Service> Shared<S> {
    pub(super) fn lock(&self) -> MutexGuard<'_, State<S>> {
        // A test that failed while it held the lock must not hide its message behind ours.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn serve(&self, stream: &TcpStream) {
        let Some(request) = Request::read(stream) else { return };
        let fault = self.note(&request);
        self.handle(stream, &request, &fault);
        let _ = stream.shutdown(Shutdown::Both);
        self.lock().ended.push(request.path);
        self.changed.notify_all();
    }

    /// Keeps the request, and says which fault it meets.
    fn note(&self, request: &Request) -> Fault {
        let mut state = self.lock();
        let post = state.service.is_post(request);
        if post {
            let seen = Seen {
                key: state.service.key(request),
                body: request.body.clone(),
            };
            let complaint = state.witness.as_ref().and_then(|look| look(&seen));
            state.complaints.extend(complaint);
            state.posts.push(seen);
        }
        state.requests.push(request.clone());
        self.changed.notify_all();
        let always = state.always.clone().filter(|_| post);
        let meets = |rule: &Match| match rule {
            Match::Post => post,
            Match::Path(path) => request.path.contains(path.as_str()),
        };
        let rule = state
            .faults
            .iter_mut()
            .find(|(rule, faults)| meets(rule) && !faults.is_empty());
        rule.and_then(|(_, faults)| faults.pop_front())
            .or(always)
            .unwrap_or(Fault::Behave)
    }
}
