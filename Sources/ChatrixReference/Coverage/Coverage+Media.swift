extension CoverageTable {
    static let media = #"""
        MEDIA-UPLOAD-01 | uploadMedia ok
        MEDIA-UPLOAD-02 | uploadMedia ok
        MEDIA-UPLOAD-03 | uploadMedia ok +type
        MEDIA-UPLOAD-04 | uploadMedia ok -type
        MEDIA-UPLOAD-05 | uploadMedia 400 +type
        MEDIA-UPLOAD-06 | uploadMedia ok
        MEDIA-UPLOAD-07 | uploadMedia ok
        MEDIA-UPLOAD-08 | uploadMedia ok
        MEDIA-UPLOAD-09 | uploadMedia ok
        MEDIA-UPLOAD-10 | uploadMedia ok
        MEDIA-UPLOAD-11 | uploadMedia 400
        MEDIA-UPLOAD-12 | uploadMedia !unsupportedFileType
        MEDIA-UPLOAD-13 | uploadMedia !unsupportedFileType document
        MEDIA-UPLOAD-14 | uploadMedia 401
        MEDIA-UPLOAD-15 | uploadMedia !fileTooLarge
        """#
}
