namespace Traversal.Ice;

/// <summary>What a check is for.</summary>
internal enum CheckPurpose : byte
{
    /// <summary>To find out whether the pair works.</summary>
    Connectivity = 0,

    /// <summary>To have it used: it carries USE-CANDIDATE.</summary>
    Nomination,

    /// <summary>To know that the peer still wants data (RFC 7675).</summary>
    Consent,
}
