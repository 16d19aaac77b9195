import ChatrixModel
import Foundation

/// One measured figure: the median of the rounds, and its ratio to the floor of the same run.
struct BenchmarkRow {
    let name: String
    /// In the unit of the table.
    let median: Double
    let minimum: Double
    let maximum: Double
    let ratioToFloor: Double

    init(_ name: String, _ rounds: [Double], floor: Double? = nil) {
        let sorted = rounds.sorted()
        self.name = name
        median = sorted[sorted.count / 2]
        minimum = sorted[0]
        maximum = sorted[sorted.count - 1]
        ratioToFloor = floor.map { sorted[sorted.count / 2] / $0 } ?? 1
    }
}

struct BenchmarkTable {
    let title: String
    let unit: String
    let rows: [BenchmarkRow]

    /// Prints the table, and writes it to `json` if given.
    func show(json: String?) throws {
        let width = rows.map(\.name.count).max() ?? 0
        print("\(title), \(unit); median of the rounds, ratio to the first row")
        for row in rows {
            let name = row.name.padding(toLength: width, withPad: " ", startingAt: 0)
            print(
                "  \(name)  \(format(row.median, 10))  (\(format(row.minimum, 0)) to \(format(row.maximum, 0)))"
                    + "  \(String(format: "%6.2f", row.ratioToFloor)) x")
        }
        guard let json else { return }
        let encoded = JSON.object([
            .init("benchmark", .string(title)), .init("unit", .string(unit)),
            .init(
                "rows",
                .array(
                    rows.map { row in
                        .object([
                            .init("name", .string(row.name)), .init("median", .number(String(row.median))),
                            .init("minimum", .number(String(row.minimum))),
                            .init("maximum", .number(String(row.maximum))),
                            .init("ratio_to_floor", .number(String(row.ratioToFloor))),
                        ])
                    })),
        ])
        do {
            try "\(encoded)\n".write(toFile: json, atomically: true, encoding: .utf8)
        } catch {
            throw BenchmarkError("cannot write the figures to \(json): \(error.localizedDescription)")
        }
    }

    private func format(_ value: Double, _ width: Int) -> String {
        let text = value < 100 ? String(format: "%.1f", value) : String(format: "%.0f", value)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
