//! Licence expressions: `AND`, `OR`, parentheses, `WITH`, and the `/` that older manifests write for `OR`.

/// Whether some choice of the alternatives in `expression` needs only licences that `allowed` knows.
///
/// `X WITH Y` is allowed where that whole text is. The error says what is wrong with the expression.
pub(super) fn is_satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let verdict = alternatives(&mut rest, allowed)?;
    match rest.first() {
        None => Ok(verdict),
        Some(word) => Err(format!("`{word}` is not expected there")),
    }
}

fn alternatives(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let mut verdict = conjunction(rest, allowed)?;
    while take(rest, "OR") {
        verdict |= conjunction(rest, allowed)?;
    }
    Ok(verdict)
}

fn conjunction(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let mut verdict = term(rest, allowed)?;
    while take(rest, "AND") {
        verdict &= term(rest, allowed)?;
    }
    Ok(verdict)
}

fn term(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    if take(rest, "(") {
        let verdict = alternatives(rest, allowed)?;
        return if take(rest, ")") { Ok(verdict) } else { Err("a parenthesis is not closed".to_owned()) };
    }
    let licence = name(rest)?;
    if take(rest, "WITH") {
        let exception = name(rest)?;
        return Ok(allowed(&format!("{licence} WITH {exception}")));
    }
    Ok(allowed(licence))
}

fn name<'a>(rest: &mut &[&'a str]) -> Result<&'a str, String> {
    match rest.split_first() {
        Some((word, tail)) if !matches!(*word, "AND" | "OR" | "WITH" | "(" | ")") => {
            *rest = tail;
            Ok(word)
        }
        Some((word, _)) => Err(format!("a licence is expected before `{word}`")),
        None => Err("a licence is expected at the end".to_owned()),
    }
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, tail)) if *first == word => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_passes_when_a_choice_of_allowed_licences_satisfies_it() {
        let check = |expression: &str, expected: bool| {
            let allowed = |licence: &str| ["MIT", "ISC", "Apache-2.0"].contains(&licence);
            assert_eq!(is_satisfied(expression, &allowed), Ok(expected), "{expression}");
        };
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("GPL-3.0-only OR MIT", true);
        check("GPL-3.0-only AND MIT", false);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0-only/MIT", true);
        check("MIT OR GPL-3.0-only AND LGPL-2.1-only", true);
        check("(MIT OR GPL-3.0-only) AND LGPL-2.1-only", false);
        check("ISC AND (Apache-2.0 OR GPL-3.0-only)", true);
        check("(MIT OR Apache-2.0)AND ISC", true);
        check("Apache-2.0 WITH LLVM-exception", false);
        check("Apache-2.0 WITH LLVM-exception OR MIT", true);
        check("mit", false);
    }

    #[test]
    fn a_broken_expression_is_refused() {
        for broken in ["", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT ISC", "MIT WITH", "()", "MIT / / ISC"] {
            assert!(is_satisfied(broken, &|_| true).is_err(), "{broken:?}");
        }
    }
}
