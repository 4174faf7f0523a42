//! The courses of `learn`, as far as Tab needs them.

/// A word, and what it means.
pub type Named = (String, String);

/// What may follow `learn`.
#[derive(Debug)]
pub struct Courses {
    /// The words to a lesson.
    pub words: Vec<Named>,
    /// The word that a lesson follows.
    pub goes_to: &'static str,
    /// The courses, each with its lessons; the first one is the usual one.
    pub courses: Vec<(Named, Vec<Named>)>,
}

/// The courses, and the lessons of the one that is on.
#[derive(Clone, Default)]
pub struct KnownCourses {
    /// They are read when they are needed.
    all: Option<fn() -> &'static Courses>,
    /// The lessons of the course that is on; none if no course is.
    pub on: Vec<Named>,
}

impl KnownCourses {
    /// Those that this function knows.
    pub const fn of(all: fn() -> &'static Courses) -> Self {
        Self {
            all: Some(all),
            on: Vec::new(),
        }
    }

    /// What may follow `learn`, besides files.
    pub fn words(&self) -> Vec<&Named> {
        let Some(known) = self.all.map(|all| all()) else {
            return Vec::new();
        };
        let courses = known.courses.iter().map(|(course, _)| course);
        let lessons = self.lessons(Some(known.goes_to)).iter();
        known.words.iter().chain(courses).chain(lessons).collect()
    }

    /// The lessons that may follow this word of `learn`.
    pub fn lessons(&self, before: Option<&str>) -> &[Named] {
        let (Some(known), Some(before)) = (self.all.map(|all| all()), before) else {
            return &[];
        };
        let mut courses = known.courses.iter();
        if let Some((_, lessons)) = courses.find(|((name, _), _)| name == before) {
            return lessons;
        }
        match known.courses.first() {
            _ if before != known.goes_to => &[],
            Some((_, usual)) if self.on.is_empty() => usual,
            _ => &self.on,
        }
    }
}
