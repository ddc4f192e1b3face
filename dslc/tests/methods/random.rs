//! Random problems with strictly concave utilities, as specs and as functions.

use proptest::prelude::*;

/// A utility of one variable on [1, 3] and its weight.
#[derive(Clone, Copy, Debug)]
pub enum Utility {
    /// `w log x`, whose demand has a closed form.
    Log(f64),
    /// `w (4x − x²/2)`.
    Quadratic(f64),
    /// `w atan x`, which only second derivatives show to be concave.
    Atan(f64),
}

/// Where every variable lies.
pub const BOX: (f64, f64) = (1.0, 3.0);

impl Utility {
    /// Its text.
    pub fn text(self, x: &str) -> String {
        match self {
            Utility::Log(w) => format!("{w} * log({x})"),
            Utility::Quadratic(w) => format!("{w} * (4 * {x} - square({x}) / 2)"),
            Utility::Atan(w) => format!("{w} * atan({x})"),
        }
    }

    /// −U″.
    pub fn curvature(self, x: f64) -> f64 {
        match self {
            Utility::Log(w) => w / (x * x),
            Utility::Quadratic(w) => w,
            Utility::Atan(w) => 2.0 * w * x / (1.0 + x * x).powi(2),
        }
    }

    /// Its value.
    pub fn value(self, x: f64) -> f64 {
        match self {
            Utility::Log(w) => w * x.ln(),
            Utility::Quadratic(w) => w * (4.0 * x - x * x / 2.0),
            Utility::Atan(w) => w * x.atan(),
        }
    }

    /// Where its slope is the price, within the box.
    pub fn demand(self, price: f64) -> f64 {
        let unclamped = match self {
            Utility::Log(w) => w / price,
            Utility::Quadratic(w) => 4.0 - price / w,
            // At a price above w nobody wants any.
            Utility::Atan(w) => (w / price - 1.0).max(0.0).sqrt(),
        };
        unclamped.clamp(BOX.0, BOX.1)
    }
}

/// `maximise Σ U_j(x_j)` over the box with `Ax ≤ c`.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The utilities.
    pub utilities: Vec<Utility>,
    /// A by rows.
    pub rows: Vec<Vec<f64>>,
    /// c.
    pub capacity: Vec<f64>,
}

impl Problem {
    /// The problem as a spec, each resource by `method`.
    pub fn spec(&self, method: &str) -> String {
        let mut text = "fibre t;\n".to_owned();
        for at in 0..self.utilities.len() {
            text += &format!("variable x{at} in {} .. {};\n", BOX.0, BOX.1);
        }
        for (at, (row, capacity)) in self.rows.iter().zip(&self.capacity).enumerate() {
            let used = row.iter().enumerate().filter(|(_, a)| **a != 0.0);
            let uses: Vec<_> = used.map(|(j, a)| format!("{a} * x{j}")).collect();
            text += &format!("resource r{at} = {} <= {capacity};\n", uses.join(" + "));
        }
        let gains = self.utilities.iter().enumerate();
        let gains: Vec<_> = gains.map(|(j, utility)| utility.text(&format!("x{j}"))).collect();
        text += &format!("utility {};\n", gains.join(" + "));
        let methods = (0..self.rows.len()).map(|at| format!("r{at} by {method}"));
        text + &format!("decomposition {{ {} }}\n", methods.collect::<Vec<_>>().join(" "))
    }

    /// `Aᵀπ` of a column.
    pub fn price(&self, prices: &[f64], column: usize) -> f64 {
        self.rows.iter().zip(prices).map(|(row, price)| row[column] * price).sum()
    }

    /// `Ax − c` of a row.
    pub fn excess(&self, row: usize, x: &[f64]) -> f64 {
        self.rows[row].iter().zip(x).map(|(a, x)| a * x).sum::<f64>() - self.capacity[row]
    }
}

/// Problems with up to 6 variables and 4 resources, each of which is scarce: its capacity lies between
/// the least and the most that its users can use.
pub fn problems() -> impl Strategy<Value = Problem> {
    let utility = (0u8..3, 8u32..40).prop_map(|(kind, weight)| {
        let weight = f64::from(weight) / 8.0;
        match kind {
            0 => Utility::Log(weight),
            1 => Utility::Quadratic(weight),
            _ => Utility::Atan(weight),
        }
    });
    let utilities = proptest::collection::vec(utility, 2..7);
    utilities.prop_flat_map(|utilities| {
        let columns = utilities.len();
        let row = proptest::collection::vec(0u8..4, columns).prop_map(|row| {
            // Most entries are 1, as in routing; a row has at least one.
            let mut row: Vec<_> =
                row.into_iter().map(|a| [0.0, 1.0, 1.0, 2.0][usize::from(a)]).collect();
            if row.iter().all(|a| *a == 0.0) {
                row[0] = 1.0;
            }
            row
        });
        let rows = proptest::collection::vec((row, 15u32..70), 1..5);
        rows.prop_map(move |rows| {
            let capacity = |(row, share): &(Vec<f64>, u32)| {
                let total: f64 = row.iter().sum();
                total * (BOX.0 + (BOX.1 - BOX.0) * f64::from(*share) / 100.0)
            };
            let capacity = rows.iter().map(capacity).collect();
            let rows = rows.into_iter().map(|(row, _)| row).collect();
            Problem { utilities: utilities.clone(), rows, capacity }
        })
    })
}
