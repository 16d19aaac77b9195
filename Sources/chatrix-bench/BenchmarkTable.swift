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

extension BenchmarkRow {
    fileprivate var encoded: JSON {
        .object([
            .init("name", .string(name)), .init("median", .number(String(median))),
            .init("minimum", .number(String(minimum))), .init("maximum", .number(String(maximum))),
            .init("ratio_to_floor", .number(String(ratioToFloor))),
        ])
    }
}

struct BenchmarkTable {
    let title: String
    let unit: String
    /// What the ratios of the rows are to; empty where there are none.
    let ratio: String
    let rows: [BenchmarkRow]

    /// Prints tables, and writes them to `json` if given: the first as an object that holds the others as `tables`.
    static func show(_ tables: [BenchmarkTable], json: String?) throws {
        for table in tables { table.print() }
        guard let json else { return }
        let further = tables.dropFirst().map { JSON.object($0.members) }
        let encoded = JSON.object(
            (tables.first?.members ?? []) + (further.isEmpty ? [] : [.init("tables", .array(further))]))
        do {
            try "\(encoded)\n".write(toFile: json, atomically: true, encoding: .utf8)
        } catch {
            throw BenchmarkError("cannot write the figures to \(json): \(error.localizedDescription)")
        }
    }

    private func print() {
        let width = rows.map(\.name.count).max() ?? 0
        Swift.print("\(title), \(unit); median of the rounds\(ratio.isEmpty ? "" : ", ratio \(ratio)")")
        for row in rows {
            let name = row.name.padding(toLength: width, withPad: " ", startingAt: 0)
            Swift.print(
                "  \(name)  \(format(row.median, 10))  (\(format(row.minimum, 0)) to \(format(row.maximum, 0)))"
                    + (ratio.isEmpty ? "" : "  \(String(format: "%6.2f", row.ratioToFloor)) x"))
        }
    }

    private var members: [JSON.Member] {
        [
            .init("benchmark", .string(title)), .init("unit", .string(unit)),
            .init("rows", .array(rows.map(\.encoded))),
        ]
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
