//! When an operator tells the endpoint to end.

use std::{future, io};

use tokio::signal;

/// Ready once the process is told to end: by Ctrl-C, and on Unix by SIGTERM. To be awaited inside [`super::Server::run`].
pub async fn interrupted() {
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut terminated) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
            terminated.recv().await;
            return;
        }
        future::pending::<()>().await;
    };
    let interrupted = async {
        let result: io::Result<()> = signal::ctrl_c().await;
        // Where signals cannot be had, the process is ended without asking it.
        if result.is_err() {
            future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = terminated => {}
        () = interrupted => {}
    }
}
