extension CoverageTable {
    static let files = #"""
        FILES-01 | filed ok image
        FILES-02 | filed ok video
        FILES-03 | filed document
        FILES-04 | filed !fileTooLarge image | filed ok image exactLimit
        FILES-05 | filed !fileTooLarge video | filed ok video exactLimit
        FILES-06 | uploadFile,uploadFiles document
        FILES-07 | uploadFile,uploadFiles !storageUploadTooLarge | uploadFile,uploadFiles ok exactLimit
        FILES-08 | filed !fileTooLarge | filed !storageUploadTooLarge | filed ok exactLimit
        FILES-09 | filed ok exactLimit
        FILES-10 | filed misnamed
        FILES-11 | filed !fileTooLarge | filed !storageUploadTooLarge | filed !unsupportedFileType largeFile
        FILES-12 | register,updateMe ok @avatar
        FILES-13 | filed ok oddFileName | filed ok keyMade
        """#
}
