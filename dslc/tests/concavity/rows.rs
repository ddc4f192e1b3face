//! Rows `id;variables;lo,hi for each;expression`, and expressions in the usual notation.

use dslc::concavity::{Bound, Domain, Elementary, Expr, Function, Range, Rational};

/// A row.
pub struct Row {
    pub id: String,
    pub function: Function,
    pub domain: Domain,
}

/// The rows of a text, without comments.
pub fn rows(text: &str) -> Vec<Row> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(row).collect()
}

/// A row: `id;x,y;0,1;(0,inf;x*y`. A parenthesis before or after a number leaves the end out.
pub fn row(line: &str) -> Row {
    let fields: Vec<&str> = line.split(';').map(str::trim).collect();
    let names: Vec<String> = fields[1].split(',').map(|name| name.trim().to_owned()).collect();
    let ranges = &fields[2..fields.len() - 1];
    assert_eq!(ranges.len(), names.len(), "{line}");
    let domain = Domain(ranges.iter().map(|text| range(text)).collect());
    let expr = parse(fields[fields.len() - 1], &names);
    Row { id: fields[0].to_owned(), function: Function { expr, names }, domain }
}

fn range(text: &str) -> Range {
    let (lo, hi) = text.split_once(',').expect("two ends");
    let bound = |text: &str| match text.trim() {
        "-inf" | "inf" => Bound::Infinite,
        text if text.contains(['(', ')']) => {
            Bound::Open(number(text.trim_matches(['(', ')']).trim()))
        }
        text => Bound::Closed(number(text)),
    };
    Range { lo: bound(lo), hi: bound(hi) }
}

/// A decimal, exactly.
pub fn number(text: &str) -> Rational {
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: num_bigint::BigInt = format!("{whole}{fraction}").parse().expect("digits");
    let power: i32 = power.parse::<i32>().expect("a power") - fraction.len() as i32;
    Rational::from_integer(digits) * Rational::from_integer(10.into()).pow(power)
}

/// An expression.
pub fn parse(text: &str, names: &[String]) -> Expr {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut parser = Parser { chars, at: 0, names };
    let expr = parser.sum();
    assert_eq!(parser.at, parser.chars.len(), "{text} ends early");
    expr
}

struct Parser<'a> {
    chars: Vec<char>,
    at: usize,
    names: &'a [String],
}

impl Parser<'_> {
    fn next_is(&mut self, wanted: char) -> bool {
        let found = self.chars.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Expr {
        let mut sum = self.product();
        loop {
            if self.next_is('+') {
                sum = sum + self.product();
            } else if self.next_is('-') {
                sum = sum - self.product();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Expr {
        let mut product = self.signed();
        loop {
            if self.next_is('*') {
                product = product * self.signed();
            } else if self.next_is('/') {
                product = product / self.signed();
            } else {
                return product;
            }
        }
    }

    fn signed(&mut self) -> Expr {
        if self.next_is('-') { -self.signed() } else { self.power() }
    }

    fn power(&mut self) -> Expr {
        let base = self.atom();
        if !self.next_is('^') {
            return base;
        }
        let negative = self.next_is('-');
        let exponent = if self.next_is('(') {
            let value = self.sum();
            assert!(self.next_is(')'));
            constant(&value)
        } else {
            self.digits()
        };
        base.power(if negative { -exponent } else { exponent })
    }

    fn digits(&mut self) -> Rational {
        let from = self.at;
        while let Some(c) = self.chars.get(self.at) {
            let sign = (*c == '-' || *c == '+') && self.chars.get(self.at - 1) == Some(&'e');
            if !(c.is_ascii_digit() || *c == '.' || *c == 'e' && self.at > from || sign) {
                break;
            }
            self.at += 1;
        }
        number(&self.chars[from..self.at].iter().collect::<String>())
    }

    fn atom(&mut self) -> Expr {
        if self.next_is('(') {
            let inner = self.sum();
            assert!(self.next_is(')'));
            return inner;
        }
        if self.chars[self.at].is_ascii_digit() || self.chars[self.at] == '.' {
            return Expr::Number(self.digits());
        }
        let from = self.at;
        while self.chars.get(self.at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            self.at += 1;
        }
        let name: String = self.chars[from..self.at].iter().collect();
        if !self.next_is('(') {
            let at = self.names.iter().position(|known| *known == name);
            return Expr::Variable(at.unwrap_or_else(|| panic!("there is no {name}")));
        }
        let mut arguments = vec![self.sum()];
        while self.next_is(',') {
            arguments.push(self.sum());
        }
        assert!(self.next_is(')'));
        let first = arguments[0].clone();
        match name.as_str() {
            "exp" => first.exp(),
            "log" => first.log(),
            "sqrt" => first.sqrt(),
            "abs" => first.apply(Elementary::Abs),
            "atan" => first.apply(Elementary::Atan),
            "sin" => first.apply(Elementary::Sin),
            "cos" => first.apply(Elementary::Cos),
            "entr" => first.apply(Elementary::Entropy),
            "tanh" => first.tanh(),
            "sigmoid" => first.sigmoid(),
            "min" => Expr::Least(arguments),
            "max" => Expr::Largest(arguments),
            _ => panic!("there is no function {name}"),
        }
    }
}

fn constant(expr: &Expr) -> Rational {
    match expr {
        Expr::Number(value) => value.clone(),
        Expr::Product(parts) => parts.iter().map(constant).product(),
        Expr::Power(base, p) => {
            constant(base).pow(num_traits::ToPrimitive::to_i32(p.numer()).expect("short"))
        }
        other => panic!("{other:?} is no constant"),
    }
}
