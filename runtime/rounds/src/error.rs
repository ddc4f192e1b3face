//! What a run refuses.

/// Why a problem cannot be run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A column belongs to no agent, or to two.
    #[error("column {column} must belong to one agent, and belongs to {owners}")]
    Owners {
        /// The column.
        column: usize,
        /// How many agents name it.
        owners: usize,
    },
    /// An index that the problem does not have.
    #[error("{place} names column {column}, and there are {columns}")]
    NoSuchColumn {
        /// Who names it.
        place: String,
        /// The column.
        column: usize,
        /// How many there are.
        columns: usize,
    },
    /// A number that is not one.
    #[error("{place} is {value}: {needs}")]
    BadNumber {
        /// Which number.
        place: String,
        /// Its value.
        value: f64,
        /// What it must be.
        needs: &'static str,
    },
    /// A method that cannot run this resource.
    #[error("resource {resource} cannot be run by this method: {why}")]
    Unfit {
        /// The resource.
        resource: usize,
        /// Why not.
        why: &'static str,
    },
}
