//! What must hold when something around the program goes wrong. Each file names its fault and the
//! invariant that its tests check.

mod clocks;
mod daemon_stopped;
mod disk_full;
mod forks;
mod group_removed;
mod maps_full;
mod prices;
mod ring_full;
mod side_by_side;
mod start_fails;
