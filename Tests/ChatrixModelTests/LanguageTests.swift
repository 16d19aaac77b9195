import Testing

@testable import ChatrixModel

@Suite struct LanguageTests {
    @Test(
        arguments: [
            (nil, Language.english), ("", .english), ("id", .indonesian), ("ID-id", .indonesian), ("en-US", .english),
            ("fr, id;q=0.5, en;q=0.4", .indonesian), ("en;q=0.5, id;q=0.5", .english), ("id;q=0", .english),
            ("*", .english),
            ("de", .english), ("id;q=x", .english), ("id;q=2", .english), ("fr;q=0.9,id;q=0.8;x=1", .english),
        ] as [(String?, Language)])
    func theBestSupportedRangeWins(header: String?, language: Language) {
        #expect(Language(acceptLanguage: header) == language)
    }
}
