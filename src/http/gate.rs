//! A gate after the connection set-up. A request that was interrupted
//! while its connection was being set up must not be sent once it is ready:
//! the user may have checked already and seen that nothing happened.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The gate of one client. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    closed: bool,
    /// Whether a connection was ever used.
    was_passed: bool,
}

impl Gate {
    /// Stops new connections. Returns whether there never was one: then nothing
    /// was sent, and nothing will be.
    pub fn close(&self) -> bool {
        let mut state = self.state();
        state.closed = true;
        !state.was_passed
    }

    /// Whether new connections are stopped.
    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    fn pass<T>(&self, connection: T) -> Result<T, BoxError> {
        let mut state = self.state();
        if state.closed {
            return Err("interrupted before anything was sent".into());
        }
        state.was_passed = true;
        Ok(connection)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated {
            connector,
            gate: self.clone(),
        }
    }
}

/// A connector followed by the gate.
#[derive(Clone)]
pub struct Gated<S> {
    connector: S,
    gate: Gate,
}

impl<S, R> Service<R> for Gated<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: Send,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let connecting = self.connector.call(to);
        let gate = self.gate.clone();
        Box::pin(async move { gate.pass(connecting.await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    /// A connector whose only connection is ready on command.
    struct Waiting(Option<oneshot::Receiver<u8>>);

    impl Service<()> for Waiting {
        type Response = u8;
        type Error = BoxError;
        type Future = Pin<Box<dyn Future<Output = Result<u8, BoxError>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let stands = self.0.take().expect("called once");
            Box::pin(async { Ok(stands.await?) })
        }
    }

    #[test]
    fn a_connection_that_stands_after_the_gate_is_closed_is_not_used() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        for closed in [false, true] {
            let gate = Gate::default();
            let (stands, told) = oneshot::channel();
            let connecting = gate.layer(Waiting(Some(told))).call(());
            if closed {
                assert!(gate.close(), "nothing was sent");
            }
            stands.send(7).expect("somebody waits");
            let connected = runtime.block_on(connecting);
            assert_eq!(connected.ok(), (!closed).then_some(7));
            assert_eq!(gate.close(), closed);
        }
    }
}
