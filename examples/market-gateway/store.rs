//! The last known quotes, in SQLite.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _};
use telemetry_runtime as telemetry;

use crate::quote::Quote;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS quotes (symbol TEXT PRIMARY KEY, price REAL NOT NULL) WITHOUT ROWID;
";

/// The last known quotes.
pub(crate) struct QuoteStore {
    connection: Arc<Mutex<Connection>>,
}

/// Why the store did not do its work; each variant is a value of the label `error_type`.
#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
pub(crate) enum StoreError {
    #[error("the database of quotes failed: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the work on the database did not come to its end")]
    Interrupted(#[from] tokio::task::JoinError),
}

#[telemetry::instrument_adapter("quote_store")]
impl QuoteStore {
    /// Makes the quote the last known of its symbol.
    pub(crate) async fn save(&self, quote: &Quote) -> Result<(), StoreError> {
        let Quote { symbol, price } = quote.clone();
        let saved = move |connection: &Connection| {
            let sql = "INSERT INTO quotes VALUES (?1, ?2) ON CONFLICT DO UPDATE SET price = excluded.price";
            connection.prepare_cached(sql)?.execute((symbol, price))
        };
        self.run(saved).await.map(drop)
    }

    /// The last known quote of the symbol.
    pub(crate) async fn last_known(&self, symbol: &str) -> Result<Option<Quote>, StoreError> {
        let symbol = symbol.to_owned();
        let found = move |connection: &Connection| {
            let mut select = connection.prepare_cached("SELECT price FROM quotes WHERE symbol = ?1")?;
            let price = select.query_row([&symbol], |row| row.get(0)).optional()?;
            Ok(price.map(|price| Quote { symbol, price }))
        };
        self.run(found).await
    }
}

// Not annotated: it is part of the calls above.
impl QuoteStore {
    pub(crate) fn open(file: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(file)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// SQLite blocks, so it works beside the threads that answer requests.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            work(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        Ok(done.await??)
    }
}
