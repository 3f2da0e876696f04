namespace Traversal.Load.Engine;

/// <summary>What an answer means for the client that asked.</summary>
internal enum ControlAnswer : byte
{
    /// <summary>Not an answer to this request.</summary>
    Unrelated,

    Success,

    /// <summary>The server gave a nonce to ask again with (401 or 438).</summary>
    AskAgain,

    /// <summary>The server still holds an allocation of an earlier client with this address (437).</summary>
    AddressInUse,

    Refused,
}
