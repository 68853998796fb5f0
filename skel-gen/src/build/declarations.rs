//! The types that a file declares, found in its tokens.
//!
//! No parser of C: at file scope, a definition of a struct, union or enum is its keyword, a name and a brace; a typedef's name
//! stands where its declarator says. What cannot be named from outside, because it is in a function or in a list of parameters,
//! is left out.

use super::token::Token;

/// A type at file scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Declaration {
    /// How C names it: `struct event`, `event_t`.
    Named(String),
    /// An enum without a name and without a variable; the semicolon that ends it is at this byte.
    Anonymous(usize),
}

/// What an open brace begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// The members of a struct or union: the types in it have file scope.
    Members,
    /// The body of an enum at file scope that has no name.
    Enumerators,
    /// A function or an initialiser: what is in there stays there.
    Other,
}

/// The types that the wanted tokens declare, in order.
pub(super) fn declarations(tokens: &[Token<'_>]) -> Vec<Declaration> {
    let mut found = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    // The block that the next brace begins, if a tag said so.
    let mut next = None;
    let mut parens = 0_usize;
    let mut in_typedef = false;
    for (i, token) in tokens.iter().enumerate() {
        let rest = tokens.get(i + 1..).unwrap_or_default();
        let outside = parens == 0 && !blocks.contains(&Block::Other);
        match token.text {
            "(" => parens += 1,
            ")" => parens = parens.saturating_sub(1),
            "{" => blocks.push(next.take().unwrap_or(Block::Other)),
            "}" => {
                let anonymous = blocks.pop() == Some(Block::Enumerators);
                if let (true, false, true, Some(end)) =
                    (anonymous, in_typedef, token.wanted, rest.first())
                    && end.text == ";"
                {
                    found.push(Declaration::Anonymous(end.at));
                }
            }
            ";" if blocks.is_empty() && parens == 0 => in_typedef = false,
            "typedef" if blocks.is_empty() && parens == 0 => {
                in_typedef = true;
                if token.wanted {
                    found.extend(typedef_names(rest).into_iter().map(Declaration::Named));
                }
            }
            "struct" | "union" | "enum" if outside => {
                let tag = tag(rest);
                let Tag::Definition(name) = tag else { continue };
                next = Some(match (token.text, name) {
                    ("enum", None) if blocks.is_empty() => Block::Enumerators,
                    _ => Block::Members,
                });
                if let (Some(name), true) = (name, token.wanted) {
                    found.push(Declaration::Named(format!("{} {name}", token.text)));
                }
            }
            _ => {}
        }
    }
    found
}

/// What follows `struct`, `union` or `enum`.
enum Tag<'a> {
    Definition(Option<&'a str>),
    Mention,
}

fn tag<'a>(tokens: &[Token<'a>]) -> Tag<'a> {
    let mut rest = skip_attributes(tokens);
    let mut name = None;
    if let Some((word, after)) = rest.split_first()
        && word.is_word()
    {
        name = Some(word.text);
        rest = skip_attributes(after);
    }
    // `enum name : type {`
    if let Some((colon, after)) = rest.split_first()
        && colon.text == ":"
    {
        let words = after.iter().take_while(|token| token.is_word()).count();
        rest = after.get(words..).unwrap_or_default();
    }
    match rest.first() {
        Some(brace) if brace.text == "{" => Tag::Definition(name),
        _ => Tag::Mention,
    }
}

/// Words whose parentheses hold no declarator.
fn takes_group(word: &str) -> bool {
    matches!(
        word,
        "__attribute__"
            | "__attribute"
            | "__declspec"
            | "_Alignas"
            | "alignas"
            | "__asm__"
            | "asm"
            | "typeof"
            | "__typeof__"
            | "__typeof"
            | "typeof_unqual"
            | "_Atomic"
    )
}

fn skip_attributes<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let Some((first, after)) = tokens.split_first() {
        tokens = match (first.text, after.first().map(|token| token.text)) {
            (word, Some("(")) if takes_group(word) => skip_group(after),
            ("[", Some("[")) => skip_group(tokens),
            _ => return tokens,
        };
    }
    tokens
}

/// What is after the group that the first token opens.
fn skip_group<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return tokens.get(i + 1..).unwrap_or_default();
        }
    }
    &[]
}

/// The names that a declaration after `typedef` gives to types.
fn typedef_names(mut tokens: &[Token<'_>]) -> Vec<String> {
    let (mut names, mut name, mut done) = (Vec::new(), None, false);
    while let Some((token, after)) = tokens.split_first() {
        tokens = match token.text {
            ";" | "," => {
                names.extend(name.take().map(str::to_owned));
                done = false;
                if token.text == ";" {
                    break;
                }
                after
            }
            word if takes_group(word) => skip_attributes(tokens),
            "{" => skip_group(tokens),
            "[" if after.first().is_some_and(|next| next.text == "[") => skip_group(tokens),
            // A pointer to a function or array: its name is in the parentheses.
            "(" if !done && is_declarator(after) => after,
            "(" | "[" => {
                done = true;
                skip_group(tokens)
            }
            ")" => {
                done = true;
                after
            }
            word => {
                if token.is_word() && !done {
                    name = Some(word);
                }
                after
            }
        };
        if tokens.len() > after.len() {
            // An attribute's word without parentheses.
            tokens = after;
        }
    }
    names
}

/// Whether what stands after an open parenthesis is a declarator, not a list of parameters.
fn is_declarator(tokens: &[Token<'_>]) -> bool {
    let mut texts = skip_attributes(tokens).iter().map(|token| token.text);
    match texts.next() {
        Some("*" | "^" | "(") => true,
        // `(name)(...)`: what has parameters, or elements, is called so.
        Some(_) => texts.next() == Some(")") && matches!(texts.next(), Some("(" | "[")),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::{Declaration, declarations};

    fn found(text: &str) -> Vec<String> {
        let text = format!("# 1 \"a.h\"\n{text}\n");
        let found = declarations(&tokens(&text, |_| true));
        let name = |declaration| match declaration {
            Declaration::Named(name) => name,
            Declaration::Anonymous(at) => text[..at].rsplit('{').next().expect("a text").to_owned(),
        };
        found.into_iter().map(name).collect()
    }

    #[test]
    fn tags_at_file_scope_are_found() {
        let text = "struct a { struct b { int x; } y; struct { enum c { A } e; } z; };\n\
            union __attribute__((packed)) u { int i; } v = { 1 };\n\
            enum small : unsigned char { S }; struct only_named; struct a *p;\n\
            int f(struct in_parameters { int x; } *p) { struct local { int x; } l; return 0; }\n\
            struct last { int x; } __attribute__((aligned(8)));";
        let expected = [
            "struct a",
            "struct b",
            "enum c",
            "union u",
            "enum small",
            "struct last",
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn typedefs_have_the_names_their_declarators_give() {
        let text = "typedef unsigned int u32; typedef struct { int x; } s_t, *s_p;\n\
            typedef int (*fn_t)(struct a *, int n), arr_t[4]; typedef int plain(int x);\n\
            typedef int (*(*deep)(int a))[3]; typedef int v4 __attribute__((vector_size(16)));\n\
            typedef typeof(int) t_t; typedef enum { A, B } __attribute__((packed)) e_t;\n\
            typedef struct n { int x; } n; typedef void (callback)(void);";
        let expected = [
            "u32", "s_t", "s_p", "fn_t", "arr_t", "plain", "deep", "v4", "t_t", "e_t", "n",
            "struct n", "callback",
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn enums_without_names_are_found_where_they_end() {
        assert_eq!(
            found("enum { A, B = 7 }; enum { C } x; struct s { int a; };"),
            [" A, B = 7 }", "struct s"]
        );
    }
}
