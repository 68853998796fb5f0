//! The one text writer: lines, explicit blocks, no guessing of indentation.

/// Generated text under construction.
#[derive(Debug, Default)]
pub(crate) struct Source {
    text: String,
    depth: usize,
    tab: &'static str,
}

impl Source {
    /// An empty text whose blocks are indented by `tab`.
    pub(crate) fn new(tab: &'static str) -> Self {
        Source {
            text: String::new(),
            depth: 0,
            tab,
        }
    }

    /// Begins a line: indentation, then whatever is written before [`Source::end`].
    pub(crate) fn begin(&mut self) -> &mut Self {
        for _ in 0..self.depth {
            self.text.push_str(self.tab);
        }
        self
    }

    /// Adds text to the current line.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds several pieces of text to the current line.
    #[inline]
    pub(crate) fn push_all<const N: usize>(&mut self, texts: [&str; N]) -> &mut Self {
        self.text.reserve(texts.iter().map(|text| text.len()).sum());
        for text in texts {
            self.text.push_str(text);
        }
        self
    }

    /// Adds an integer to the current line.
    pub(crate) fn number(&mut self, value: impl itoa::Integer) -> &mut Self {
        self.push(itoa::Buffer::new().format(value))
    }

    /// Ends the current line.
    pub(crate) fn end(&mut self) {
        self.text.push('\n');
    }

    /// Writes one whole line; an empty one without indentation.
    pub(crate) fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.begin().push(line);
        }
        self.end();
    }

    /// Indents the lines that follow by one more step.
    pub(crate) fn indent(&mut self) {
        self.depth += 1;
    }

    /// Takes back one [`Source::indent`].
    pub(crate) fn dedent(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// What has been written so far.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Empties the text and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    /// Everything written.
    pub(crate) fn into_string(self) -> String {
        self.text
    }

    /// Length of what has been written, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}
