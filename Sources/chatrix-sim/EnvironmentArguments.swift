import ArgumentParser

/// `-e NAME=VALUE`: what `${NAME}` in scenario files stands for.
struct EnvironmentArguments: ParsableArguments {
    @Option(
        name: .customShort("e"), parsing: .singleValue,
        help: ArgumentHelp("A value for ${NAME} in the file; may be given again.", valueName: "name=value"))
    var values: [String] = []

    /// By name. Throws for what has no equals sign, and for a name that is given twice.
    func dictionary() throws -> [String: String] {
        var dictionary: [String: String] = [:]
        for text in values {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("-e needs NAME=VALUE, not '\(text)'")
            }
            let name = String(text[..<equals])
            guard dictionary.updateValue(String(text[text.index(after: equals)...]), forKey: name) == nil else {
                throw ValidationError("-e \(name) is given twice")
            }
        }
        return dictionary
    }

    /// As arguments of a shell, with a space before each.
    var repeating: String { values.map { " -e \($0.shellQuoted)" }.joined() }
}
