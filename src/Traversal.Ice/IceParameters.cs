namespace Traversal.Ice;

/// <summary>What two agents tell each other beside candidates (RFC 8445 section 5.3, RFC 8839 section 5).</summary>
public sealed record IceParameters
{
    private const int MinUfragLength = 4, MinPasswordLength = 22, MaxLength = 256; // RFC 8839 section 5.4.

    /// <summary>The user name fragment: 4 to 256 letters, digits, <c>+</c> and <c>/</c>.</summary>
    public required string Ufrag { get; init; }

    /// <summary>The password: 22 to 256 of these.</summary>
    public required string Password { get; init; }

    /// <summary>Whether it only answers (<c>ice-lite</c>).</summary>
    public bool IsLite { get; init; }

    /// <summary>Whether a nomination may be followed by another (<c>ice-options:renomination</c>).</summary>
    public bool SupportsRenomination { get; init; }

    /// <summary>How far apart its checks are to be at least (<c>ice-pacing</c>); null where it is not said.</summary>
    public TimeSpan? Pacing { get; init; }

    /// <summary>What <c>ice-options</c> says of it, with a space between (RFC 8839 section 5.6).</summary>
    public string Options => SupportsRenomination ? "ice2 trickle renomination" : "ice2 trickle";

    /// <summary>Whether both texts have the lengths and characters that the grammar wants.</summary>
    public bool IsWellFormed =>
        IceText.IsIceChars(Ufrag, MinUfragLength, MaxLength) && IceText.IsIceChars(Password, MinPasswordLength, MaxLength);

    /// <summary>The fragment; the password is nobody's business.</summary>
    public override string ToString() => Ufrag;
}
