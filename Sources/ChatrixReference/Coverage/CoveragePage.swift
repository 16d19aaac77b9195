import ChatrixModel
import HTTPTypes

/// `GET /_reference/coverage`: how much of the catalogue was exercised, for programs and for people.
struct CoveragePage {
    static let name = "coverage"

    private enum Format: String { case json, text }

    private let areas: [Behaviour.Area]
    private let format: Format

    /// Reads `?area=chat` (repeatable) and `?format=text`.
    init(query: Substring) throws(Refusal) {
        var areas: [Behaviour.Area] = []
        var format = Format.json
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count == 2 ? parts[1] : ""
            switch parts[0] {
            case "area":
                guard let area = Behaviour.Area(rawValue: value) else { throw Refusal.invalidParameter("area") }
                if !areas.contains(area) { areas.append(area) }
            case "format":
                guard let known = Format(rawValue: value) else { throw Refusal.invalidParameter("format") }
                format = known
            default: throw Refusal.invalidParameter(parts[0])
            }
        }
        self.areas = areas.isEmpty ? Behaviour.Area.allCases : areas
        self.format = format
    }

    private struct Row {
        let behaviour: Behaviour
        let isExercised: Bool
    }

    func response(_ coverage: Coverage) -> APIResponse {
        let rows = zip(Behaviour.all, coverage.isExercised).filter { areas.contains($0.0.area) }
            .map { Row(behaviour: $0, isExercised: $1) }
        switch format {
        case .json:
            return APIResponse(
                status: 200, headers: [.contentType: ReferenceAPI.jsonType], body: CoveragePage.json(rows, areas))
        case .text:
            return APIResponse(
                status: 200, headers: [.contentType: "text/plain; charset=utf-8"],
                body: Array(CoveragePage.text(rows, areas).utf8))
        }
    }

    private static func json(_ rows: [Row], _ areas: [Behaviour.Area]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 64 << 10)
        writer.beginObject()
        writer.member("rows", rows.count)
        writer.member("exercised", rows.count(where: \.isExercised))
        writer.key("areas")
        writer.beginArray()
        for area in areas {
            let own = rows.filter { $0.behaviour.area == area }
            writer.beginObject()
            writer.member("area", area.rawValue)
            writer.member("rows", own.count)
            writer.member("exercised", own.count(where: \.isExercised))
            writer.endObject()
        }
        writer.endArray()
        writer.key("exercised_ids")
        writer.beginArray()
        for row in rows where row.isExercised { writer.value(row.behaviour.id) }
        writer.endArray()
        writer.key("missing")
        writer.beginArray()
        for row in rows where !row.isExercised {
            writer.beginObject()
            writer.member("id", row.behaviour.id)
            writer.member("route", row.behaviour.route)
            writer.member("says", row.behaviour.says)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func text(_ rows: [Row], _ areas: [Behaviour.Area]) -> String {
        func figures(_ name: String, _ rows: [Row]) -> String {
            let padding = String(repeating: " ", count: max(0, 14 - name.count))
            return "\(name)\(padding) \(rows.count(where: \.isExercised)) of \(rows.count)\n"
        }
        var text = ""
        for area in areas { text += figures(area.rawValue, rows.filter { $0.behaviour.area == area }) }
        text += figures("all", rows)
        let missing = rows.filter { !$0.isExercised }
        if !missing.isEmpty { text += "\nnot exercised:\n" }
        for row in missing { text += "\(row.behaviour.id)  \(row.behaviour.route)  \(row.behaviour.says)\n" }
        return text
    }
}

extension ReferenceAPI {
    /// Answers a request for a control page or command, and notes what it exercises.
    ///
    /// Never rate limited and never journalled. `systemTime` is the reading of the real clock; the clock commands move
    /// `clock`.
    package mutating func control(
        _ request: APIRequest, clock: inout ReferenceClock, systemTime: Timestamp
    ) -> APIResponse {
        let call = Call(request)
        let name = String(call.path.dropFirst(ReferenceAPI.controlPrefix.count))
        if name == CoveragePage.name {
            return showCoverage(call, at: clock.now(systemTime: systemTime))
        }
        let isReset = name == ControlCommand.reset.rawValue
        let before = isReset ? coverage : Coverage()
        let (firstStoryExpiry, hadWebhooks) = (coverage.memory.firstStoryExpiry, webhooks.hasSubscriptions)
        let response = carryOut(request, clock: &clock, systemTime: systemTime)
        guard configuration.isObserved, request.method == .post else { return response }
        let fields = try? JSON.parse(request.body)
        // A client's tests start the server over between one another, and their coverage is that of all of them.
        if isReset, response.status == 200, fields?["keep_coverage"]?.bool == true { coverage.restore(before) }
        let answer = name == ControlCommand.conversationInject.rawValue ? try? JSON.parse(response.body) : nil
        coverControl(
            name, fields, status: response.status, answer, firstStoryExpiry: firstStoryExpiry,
            hadWebhooks: hadWebhooks, now: backend.now(clock.now(systemTime: systemTime)))
        return response
    }

    private mutating func showCoverage(_ call: Call, at time: Timestamp) -> APIResponse {
        coverOutbox(isOverHTTP: false)
        guard call.request.method == .get else {
            var response = errorResponse(.methodNotAllowed, to: call, at: time)
            response.headers[.allow] = "GET"
            return response
        }
        do throws(Refusal) {
            return try CoveragePage(query: call.query).response(coverage)
        } catch {
            return errorResponse(error, to: call, at: time)
        }
    }
}
