/// Why a scenario or fixture file cannot be used: every fault that was found, in the order of the file.
package struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One fault and where it is.
    package struct Problem: Error, Sendable, Hashable {
        /// Line and column, both from 1; `nil` if the fault is not at one place of the file.
        package var line: Int?
        package var column: Int?
        /// What is wrong and what was expected; one sentence without an end.
        package var message: String
        /// The file that it is in, where that is another one than the error's: an included one, a table of data.
        package var file: String?

        package init(line: Int? = nil, column: Int? = nil, message: String, file: String? = nil) {
            self.line = line
            self.column = column
            self.message = message
            self.file = file
        }
    }

    /// The file's name as it was given.
    package var file: String
    /// At least one.
    package var problems: [Problem]

    package init(file: String, problems: [Problem]) {
        self.file = file
        self.problems = problems
    }

    /// A line a problem: `file:line:column: message`.
    package var description: String {
        problems.map { problem in
            let file = problem.file ?? file
            guard let line = problem.line, let column = problem.column else { return "\(file): \(problem.message)" }
            return "\(file):\(line):\(column): \(problem.message)"
        }.joined(separator: "\n")
    }
}
