import ChatrixConformance
import ChatrixModel
import Foundation
import Testing

@Suite struct CataloguePageTests {
    @Test func committedPageIsTheCatalogue() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/behaviours.md")
        let committed = try String(contentsOf: path, encoding: .utf8)
        #expect(committed == Catalogue.markdown, "docs/behaviours.md is stale: run 'make behaviours'")
    }

    @Test func everyRowIsALineWithItsSource() throws {
        let lines = Catalogue.markdown.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Row") }
        #expect(lines.map { $0.split(separator: " ")[1] } == Behaviour.all.map { Substring($0.id) })
        for line in lines {
            let cells = line.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false)
            #expect(cells.count == 7 && cells[1...5].allSatisfy { $0.count > 2 }, "\(line)")
        }
        let send = try #require(lines.first { $0.hasPrefix("| CHAT-SEND-08 ") })
        #expect(send.contains("| `POST /chat/messages` | D-18 | content has at most 4096 characters |"))
        let reconnect = try #require(lines.first { $0.hasPrefix("| MQTT-CONFIG-03 ") })
        #expect(reconnect.contains("| Chat, 7. Real-Time Updates via MQTT | shows only when"))
    }
}
