//! Filesystems and folders.

use crate::practice::go::shape::{FieldType, INT, INT64, Part, Shape, always, if_set};

use FieldType::{Bool, List, Secret, Struct, Text, Texts};

static OS: Shape = Shape::new(
    "sdk",
    "OSFsConfig",
    &[
        if_set("read_buffer_size", INT),
        if_set("write_buffer_size", INT),
    ],
);

static S3_BASE: Shape = Shape::new(
    "sdk",
    "BaseS3FsConfig",
    &[
        if_set("bucket", Text),
        if_set("key_prefix", Text),
        if_set("region", Text),
        if_set("access_key", Text),
        if_set("role_arn", Text),
        if_set("session_token", Text),
        if_set("endpoint", Text),
        if_set("storage_class", Text),
        if_set("acl", Text),
        if_set("upload_part_size", INT64),
        if_set("upload_concurrency", INT),
        if_set("download_part_size", INT64),
        if_set("upload_part_max_time", INT),
        if_set("download_concurrency", INT),
        if_set("download_part_max_time", INT),
        if_set("force_path_style", Bool),
        if_set("skip_tls_verify", Bool),
    ],
);

static S3: Shape = Shape::new(
    "vfs",
    "S3FsConfig",
    &[
        Part::Embedded(&S3_BASE),
        if_set("access_secret", Secret),
        if_set("sse_customer_key", Secret),
    ],
);

static GCS_BASE: Shape = Shape::new(
    "sdk",
    "BaseGCSFsConfig",
    &[
        if_set("bucket", Text),
        if_set("key_prefix", Text),
        if_set("automatic_credentials", INT),
        if_set("storage_class", Text),
        if_set("acl", Text),
        if_set("upload_part_size", INT64),
        if_set("upload_part_max_time", INT),
    ],
);

static GCS: Shape = Shape::new(
    "vfs",
    "GCSFsConfig",
    &[Part::Embedded(&GCS_BASE), if_set("credentials", Secret)],
);

static AZURE_BASE: Shape = Shape::new(
    "sdk",
    "BaseAzBlobFsConfig",
    &[
        if_set("container", Text),
        if_set("account_name", Text),
        if_set("endpoint", Text),
        if_set("key_prefix", Text),
        if_set("upload_part_size", INT64),
        if_set("upload_concurrency", INT),
        if_set("download_part_size", INT64),
        if_set("download_concurrency", INT),
        if_set("use_emulator", Bool),
        if_set("access_tier", Text),
    ],
);

static AZURE: Shape = Shape::new(
    "vfs",
    "AzBlobFsConfig",
    &[
        Part::Embedded(&AZURE_BASE),
        if_set("account_key", Secret),
        if_set("sas_url", Secret),
    ],
);

static CRYPT: Shape = Shape::new(
    "vfs",
    "CryptFsConfig",
    &[Part::Embedded(&OS), if_set("passphrase", Secret)],
);

static SFTP_BASE: Shape = Shape::new(
    "sdk",
    "BaseSFTPFsConfig",
    &[
        if_set("endpoint", Text),
        if_set("username", Text),
        if_set("fingerprints", Texts),
        if_set("prefix", Text),
        if_set("disable_concurrent_reads", Bool),
        if_set("buffer_size", INT64),
        if_set("equality_check_mode", INT),
    ],
);

static SFTP: Shape = Shape::new(
    "vfs",
    "SFTPFsConfig",
    &[
        Part::Embedded(&SFTP_BASE),
        if_set("password", Secret),
        if_set("private_key", Secret),
        if_set("key_passphrase", Secret),
    ],
);

static HTTP_BASE: Shape = Shape::new(
    "sdk",
    "BaseHTTPFsConfig",
    &[
        if_set("endpoint", Text),
        if_set("username", Text),
        if_set("skip_tls_verify", Bool),
        if_set("equality_check_mode", INT),
    ],
);

static HTTP: Shape = Shape::new(
    "vfs",
    "HTTPFsConfig",
    &[
        Part::Embedded(&HTTP_BASE),
        if_set("password", Secret),
        if_set("api_key", Secret),
    ],
);

/// The filesystem of a user, group or folder.
pub(in super::super) static FILESYSTEM: Shape = Shape::new(
    "vfs",
    "Filesystem",
    &[
        always("provider", FieldType::Int("sdk.FilesystemProvider")),
        always("osconfig", Struct(&OS)),
        always("s3config", Struct(&S3)),
        always("gcsconfig", Struct(&GCS)),
        always("azblobconfig", Struct(&AZURE)),
        always("cryptconfig", Struct(&CRYPT)),
        always("sftpconfig", Struct(&SFTP)),
        always("httpconfig", Struct(&HTTP)),
    ],
);

/// A virtual folder.
pub(in super::super) static FOLDER: Shape = Shape::new(
    "vfs",
    "BaseVirtualFolder",
    &[
        always("id", INT64),
        always("name", Text),
        if_set("mapped_path", Text),
        if_set("description", Text),
        always("used_quota_size", INT64),
        always("used_quota_files", INT),
        always("last_quota_update", INT64),
        if_set("users", Texts),
        if_set("groups", Texts),
        always("filesystem", Struct(&FILESYSTEM)),
    ],
)
.showing(true, false);

/// A virtual folder in a user or group.
pub(super) static MOUNTED: Shape = Shape::new(
    "vfs",
    "VirtualFolder",
    &[
        Part::Embedded(&FOLDER),
        always("virtual_path", Text),
        always("quota_size", INT64),
        always("quota_files", INT),
    ],
)
.showing(true, false);

/// The type of a list of them.
pub(super) const FOLDERS: FieldType = List(&MOUNTED);
