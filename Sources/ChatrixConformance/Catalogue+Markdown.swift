import ChatrixModel

extension Catalogue {
    /// `docs/behaviours.md`: every row with its source and its checks, area by area. Ends with a line break.
    package static var markdown: String {
        let checked = Behaviour.all.count { !Checks.naming($0.id).isEmpty }
        let areas = Behaviour.Area.allCases.map { area in
            let rows = Behaviour.all.filter { $0.area == area }
            return """
                ## \(area.rawValue)

                | Row | What holds | Route | Source | Checks |
                |---|---|---|---|---|
                \(rows.map(line).joined(separator: "\n"))
                """
        }
        return """
            # Behaviours

            Written by `chatrix-sim behaviours --markdown`; `make behaviours` writes it anew.

            \(Behaviour.all.count) rows, \(checked) of them with checks. The source of a documented row is a section of the API \
            document, followed by the decision that says how it is read if there is one; a row that only a decision makes \
            hold names that decision alone. Where the checks of a row cannot exist, the reason stands in their place.

            \(areas.joined(separator: "\n\n"))

            """
    }

    private static func line(_ row: Behaviour) -> String {
        let source: String
        switch row.strength {
        case .documented: source = row.section + (row.decision.map { " (\($0))" } ?? "")
        case .decided: source = row.decision ?? "decided"
        }
        let titles = Checks.naming(row.id).map(\.title)
        let checks = titles.isEmpty ? Unobservable.reasons[row.id] ?? "–" : titles.joined(separator: "; ")
        let cells = [row.id, row.says, row.route == "*" ? "all" : "`\(row.route)`", source, checks]
        return "| \(cells.map(cell).joined(separator: " | ")) |"
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
