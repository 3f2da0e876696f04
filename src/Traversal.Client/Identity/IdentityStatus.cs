namespace Traversal.Client.Identity;

/// <summary>What became of a request to an <see cref="IdentityStore"/>. Where it is not <see cref="Ok"/>, nothing on disk has changed.</summary>
public enum IdentityStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The store has no such identity.</summary>
    NotFound,

    /// <summary>The store has that identity already.</summary>
    AlreadyThere,

    /// <summary>The store has <see cref="IdentityStore.MaxIdentities"/> already.</summary>
    TooMany,

    /// <summary>The password is not that of the file.</summary>
    WrongPassword,

    /// <summary>The file is not an identity: damaged, of another kind, or made to cost more work than any honest one.</summary>
    Malformed,

    /// <summary>The system does not let the store be read or written.</summary>
    Inaccessible,
}
