//! A few names out of many, for a message.

/// Most names that a message lists.
const MOST: usize = 5;

/// Names that a message is about.
#[derive(Clone, Debug, Default)]
pub struct Names {
    first: Vec<String>,
    more: usize,
}

impl Names {
    /// Adds one.
    pub fn add(&mut self, name: &str) {
        if self.first.len() < MOST {
            self.first.push(format!("`{name}`"));
        } else {
            self.more += 1;
        }
    }

    /// `` `a`, `b` and 3 more ``; none when there is none.
    pub fn listed(&self) -> Option<String> {
        let more = if self.more == 0 { String::new() } else { format!(" and {} more", self.more) };
        (!self.first.is_empty()).then(|| format!("{}{more}", self.first.join(", ")))
    }
}
