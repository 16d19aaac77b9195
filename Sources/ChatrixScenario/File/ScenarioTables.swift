/// The tables of `docs/scenarios.md`, made from the declarations: what the page says of keys cannot differ from what the
/// reader reads.
package enum ScenarioTables {
    /// A table, by the name that the page's marker gives it.
    package static let all: [(name: String, lines: [String])] = {
        var tables: [(String, [String])] = [
            ("scenario", keys(ScenarioKeys.root)),
            ("role", keys(ScenarioKeys.role)),
            ("pairs", keys(ScenarioKeys.pairs)),
            ("feeder", keys(ScenarioKeys.feeder)),
            ("phase", keys(ScenarioKeys.phase)),
            ("flow", keys(ScenarioKeys.flow)),
            ("threshold", keys(ScenarioKeys.threshold)),
            ("condition", keys(ScenarioKeys.condition)),
            ("distribution", keys(FileReader.distributionKeys)),
            ("normal", keys(FileReader.normalKeys)),
            ("exponential", keys(FileReader.exponentialKeys)),
            ("log-normal", keys(FileReader.logNormalKeys)),
            ("network", keys(FileReader.networkKeys)),
            ("loss", keys(FileReader.networkLossKeys)),
            ("partition", keys(FileReader.networkPartitionKeys)),
            ("slow", keys(FileReader.networkSlowKeys)),
            ("branch", keys(StepDeclaration.branchKeys)),
            ("call", keys(StepDeclaration.callKeys)),
            ("file", keys(FileReader.fileKeys)),
            ("location", keys(FileReader.locationKeys)),
            ("attachment", keys(FileReader.attachmentKeys)),
        ]
        var areas: [String] = []
        for step in StepDeclaration.all where !areas.contains(step.area) { areas.append(step.area) }
        for area in areas { tables.append(("steps \(area)", steps(of: area))) }
        return tables
    }()

    /// The page with its tables made anew: each stands behind its marker `<!-- table: NAME -->`.
    package static func updated(_ page: String) -> String {
        var lines: [Substring] = []
        var isOldTable = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if isOldTable, line.hasPrefix("|") { continue }
            isOldTable = false
            lines.append(line)
            guard let table = all.first(where: { line == "<!-- table: \($0.name) -->" }) else { continue }
            lines += table.lines.map { $0[...] }
            isOldTable = true
        }
        return lines.joined(separator: "\n")
    }

    private static func keys(_ keys: [KeyDeclaration]) -> [String] {
        ["| Key | Value | Meaning |", "|---|---|---|"]
            + keys.map { key in
                let required = key.isRequired ? "; required" : ""
                return "| `\(key.name)` | \(escaped(key.value.expected))\(required) | \(escaped(key.summary)) |"
            }
    }

    private static func steps(of area: String) -> [String] {
        var lines = ["| Step | Key | Value | Meaning |", "|---|---|---|---|"]
        for step in StepDeclaration.all where step.area == area {
            let value = step.value.map { escaped($0.expected) } ?? ""
            lines.append("| **`\(step.name)`** | | \(value) | \(escaped(step.summary)) |")
            for key in step.keys + step.companions {
                let required = key.isRequired ? "; required" : ""
                let short = key.name == step.bare ? "; may stand alone" : ""
                lines.append(
                    "| | `\(key.name)` | \(escaped(key.value.expected))\(required)\(short) | \(escaped(key.summary)) |")
            }
        }
        return lines
    }

    /// A bar would end the cell.
    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
