namespace Traversal.Fuzz;

/// <summary>What happens to an allocation.</summary>
internal enum ClientEventKind : byte
{
    /// <summary>The payload arrives.</summary>
    Bytes,

    /// <summary>
    /// A success: flags 0 and 1 say how it is signed, 2 that it has what an Allocate needs, 3 that it has a ticket, 4 a fingerprint. The payload goes in as
    /// attributes.
    /// </summary>
    Success,

    /// <summary>An error, signed likewise; the first two bytes of the payload are class and number, the rest goes in as attributes.</summary>
    Error,

    /// <summary>401 or 438: flag 0 says which, 1 and 2 what the nonce's cookie offers, 3 whether algorithms are listed, 4 and 5 the realm.</summary>
    Challenge,

    /// <summary>Data of a peer: flag 0 says whether on a channel, whose number is in the payload.</summary>
    Data,

    /// <summary>The application does something with a peer.</summary>
    Peer,

    /// <summary>The application does something with the allocation.</summary>
    Allocation,

    /// <summary>Time passes.</summary>
    Time,
}
