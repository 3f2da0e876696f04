namespace Traversal.Stun;

/// <summary>What an <see cref="AccessToken"/> says beside its session key.</summary>
/// <param name="MacKeyLength">The length of the session key in bytes.</param>
/// <param name="Timestamp">When it was made: Unix seconds in the upper 48 bits, 1/64000 of a second in the lower 16.</param>
/// <param name="LifetimeSeconds">How long it is good.</param>
public readonly record struct AccessTokenTerms(int MacKeyLength, ulong Timestamp, uint LifetimeSeconds)
{
    private const int FractionBits = 16;

    /// <summary>How long the token is still good (RFC 7635 section 7); 0 where it is not.</summary>
    /// <param name="unixNow">The present in Unix seconds.</param>
    public long RemainingSeconds(long unixNow) =>
        Math.Max(0, (long)LifetimeSeconds + AccessToken.DeltaSeconds - Math.Abs(unixNow - (long)(Timestamp >> FractionBits)));

    /// <summary>
    /// The longest lifetime of an allocation under the token in seconds: what the formula of RFC 7635 section 9 says, but no more than the token's own,
    /// as the same section demands; 0 where the token is not good.
    /// </summary>
    /// <param name="unixNow">The present in Unix seconds.</param>
    public uint MaxAllocationSeconds(long unixNow) => (uint)Math.Min(LifetimeSeconds, RemainingSeconds(unixNow));
}
