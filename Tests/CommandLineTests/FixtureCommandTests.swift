import Foundation
import Testing

/// Fixture files at the command line, and the worked example of the documentation.
@Suite struct FixtureCommandTests {
    @Test func validateSaysWhatAFixtureFileHolds() throws {
        let path = try Repository.file("scenarios/fixtures/small-town.yaml")
        let result = try Tool.run(["validate", "--fixtures", path])
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.hasPrefix("\(path): valid; 4 users, 4 follows, "), "\(result.output)")
    }

    @Test(arguments: [["validate", "--fixtures"], ["serve", "--port", "0", "--mqtt", "off", "--fixtures"]])
    func aFaultInAFixtureFileIsNamedWithItsPlace(_ command: [String]) throws {
        let yaml = """
            users:
              - {username: alice}
              - {username: bob}
            blocks:
              - alice -> bobo
            """
        try TemporaryFile.with(yaml) { path in
            let result = try Tool.run(command + [path])
            #expect(result.code == 2)
            #expect(result.output == "")
            #expect(result.errors.contains("\(path):5:5: unknown user 'bobo'; did you mean 'bob'?"), "\(result.errors)")
        }
    }

    @Test(.enabled(if: Tool.hasPython, "the example needs python3"))
    func pythonExampleOfTheDocumentationPasses() throws {
        let page = try String(contentsOfFile: Repository.file("docs/reference-server.md"), encoding: .utf8)
        let section = try #require(page.range(of: "### Python"))
        let start = try #require(page.range(of: "```python\n", range: section.upperBound..<page.endIndex))
        let end = try #require(page.range(of: "\n```", range: start.upperBound..<page.endIndex))
        let fixtures = try Repository.file("scenarios/fixtures/small-town.yaml")
        try TemporaryFolder.with { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: fixtures, toPath: "\(folder)/small-town.yaml")
            let script = page[start.upperBound..<end.lowerBound]
            try script.write(toFile: "\(folder)/test_client.py", atomically: true, encoding: .utf8)
            let result = try Tool.runPython("test_client.py", in: folder)
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("Ran 1 test"), "\(result.errors)")
        }
    }
}
