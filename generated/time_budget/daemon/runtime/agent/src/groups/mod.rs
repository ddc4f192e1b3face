//! What control groups do to a bucket: slow it, or let it stand still whoever sends it SIGCONT.
//!
//! A group may hold others than the bucket, so that nothing is ever set on one that was found. The
//! daemon makes a [`Cell`] of its own below the group in which a process is, with the limit, and
//! moves in exactly the processes that the kernel program names; their children follow by
//! themselves. What ends the act takes them back and removes the cell.
//!
//! ```text
//! keeper ───── brings the cells to what the kernel program says, once a period
//!   cell ───── a group of the daemon's own: made, filled, emptied, removed
//!   way ────── the table of what a bucket can be put into, and what is written there
//!     hierarchy ─ where a hierarchy is mounted, and where in it a process is
//! ```
//!
//! Nothing is remembered between two periods that is not also to be seen in the hierarchies, so that
//! a daemon goes on with the cells that another one left: by their names, which say whose they are.

mod cell;
mod hierarchy;
mod keeper;
mod way;

pub use keeper::{Change, Keeper, Wanted};
pub use way::{Kind, Limit};
