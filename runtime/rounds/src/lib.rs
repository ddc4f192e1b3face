//! Runs a decomposed problem in rounds.
//!
//! ```text
//! maximise Σ_g U_g(x_g)   subject to   Σ_j a_ij x_j {<=, ==, >=} c_i,   lower ≤ x ≤ upper
//! ```
//!
//! Agents g own columns j, resources i have a [`Method`] each. Whatever the methods, an agent sees of
//! them only a price, a pull and perhaps a part: each round it answers
//!
//! ```text
//! x_g = argmax U_g(x) − q·x − Σ_j (κ_j/2)(x_j − v_j)²   over its box, within its parts
//! ```
//!
//! and each resource moves by what it hears. So methods mix, one for each resource.
//!
//! | method | what a resource does with the reports | what an agent is told |
//! |---|---|---|
//! | dual | π ← \[π + α(Ax − c)\]⁺ | q += aπ |
//! | primal | y ← Π\[y + aλ\], Σy = c | a part: use ≤ y |
//! | primal_dual | π ← \[π + σ(A(2x⁺ − x) − c)\]⁺ | q += aπ; κ = 1/τ, v = x are the agent's own |
//! | admm | z ← Π(ax + u), u ← u + ax − z | κ += ρa², v = (z − u)/a |
//! | penalty | π = μ/(c − Ax), its step by backtracking | q += aπ, κ += 1/step, v = x |
//! | consensus | π_k ← \[Wπ + α(a_k x_k − c/n)\]⁺ at each user k | q += aπ_k |
//!
//! [`Run`] runs the rounds in `f64`, [`fixed::Loop`] the one loop that has integers in the kernel. Both
//! can be disturbed ([`Disturbances`]), the same for the same seed.
#![forbid(unsafe_code)]

mod agent;
mod error;
pub mod fixed;
mod law;
mod links;
mod problem;
mod project;
mod run;
mod weather;

pub use agent::{Ask, Part, Utility};
pub use error::Error;
pub use law::Method;
pub use problem::{Agent, Column, Curve, MemberStep, Peers, Problem, Resource, Sense, Use};
pub use run::{Run, Tick};
pub use weather::Disturbances;
