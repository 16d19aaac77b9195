extension CoverageTable {
    static let localization = #"""
        LOCALE-01 | any ok languageSent
        LOCALE-02 | any refused not:indonesian | read,view ok not:indonesian
        LOCALE-03 | any refused indonesian | read,view ok indonesian
        LOCALE-04 | any refused languageHasRegion | read,view ok languageHasRegion
        LOCALE-05 | any refused languageUnsupported | read,view ok languageUnsupported
        LOCALE-06 | any refused indonesian | read,view ok indonesian
        """#
}
