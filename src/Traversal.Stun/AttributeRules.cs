namespace Traversal.Stun;

/// <summary>What RFC 8489 demands of the value of its own attributes. Those of other documents are judged by who reads them.</summary>
internal static class AttributeRules
{
    // One bit for each type with a rule, below 0x40 and from 0x8000 to 0x803F.
    private const ulong RequiredTypes =
        1UL << (int)StunAttributeType.Username | 1UL << (int)StunAttributeType.ErrorCode | 1UL << (int)StunAttributeType.Realm |
        1UL << (int)StunAttributeType.Nonce | 1UL << (int)StunAttributeType.PasswordAlgorithm | 1UL << (int)StunAttributeType.Userhash |
        1UL << (int)StunAttributeType.MessageIntegrity | 1UL << (int)StunAttributeType.MessageIntegritySha256;

    private const ulong OptionalTypes =
        1UL << ((int)StunAttributeType.PasswordAlgorithms & 0x3F) | 1UL << ((int)StunAttributeType.AlternateDomain & 0x3F) |
        1UL << ((int)StunAttributeType.Software & 0x3F) | 1UL << ((int)StunAttributeType.Fingerprint & 0x3F);

    public static bool Has(StunAttributeType type)
    {
        ulong types = (uint)type < StunAttributeSet.FirstOptional ? RequiredTypes : OptionalTypes;
        return ((uint)type & 0x7FC0) == 0 && (types >> ((int)type & 0x3F) & 1) != 0;
    }

    /// <summary>The common case of <see cref="Check"/>, cheap enough to be asked first: a text of a lawful length.</summary>
    public static bool IsLawfulText(StunAttributeType type, int length) =>
        (uint)(length - 1) < StunLimits.MaxTextBytes &&
        type is StunAttributeType.Username or StunAttributeType.Realm or StunAttributeType.Nonce or StunAttributeType.Software;

    public static StunParseStatus Check(StunAttributeType type, ReadOnlySpan<byte> value) => type switch
    {
        StunAttributeType.Username when value.IsEmpty => StunParseStatus.EmptyUsername,
        StunAttributeType.Username => TextStatus(value, StunParseStatus.UsernameTooLong),
        StunAttributeType.Realm => TextStatus(value, StunParseStatus.RealmTooLong),
        StunAttributeType.Nonce => TextStatus(value, StunParseStatus.NonceTooLong),
        StunAttributeType.Software => TextStatus(value, StunParseStatus.SoftwareTooLong),
        StunAttributeType.ErrorCode when value.Length is < 4 or > 4 + StunLimits.MaxTextBytes => StunParseStatus.BadErrorCodeLength,
        StunAttributeType.Userhash when value.Length != StunLimits.UserhashBytes => StunParseStatus.BadUserhashLength,
        StunAttributeType.AlternateDomain when value.Length > StunLimits.MaxDomainBytes => StunParseStatus.DomainTooLong,
        StunAttributeType.PasswordAlgorithm when !PasswordAlgorithmList.TryRead(value, out PasswordAlgorithmList list) || list.Count != 1 =>
            StunParseStatus.BadPasswordAlgorithms,
        StunAttributeType.PasswordAlgorithms when !PasswordAlgorithmList.TryRead(value, out _) => StunParseStatus.BadPasswordAlgorithms,
        _ => StunParseStatus.Ok,
    };

    /// <summary>Whether a writer may put <paramref name="value"/> on the wire; its limits are stricter than a reader's.</summary>
    public static bool MayWrite(StunAttributeType type, ReadOnlySpan<byte> value) => type switch
    {
        StunAttributeType.Username => value.Length is > 0 and <= StunLimits.MaxWrittenUsernameBytes,
        StunAttributeType.Realm or StunAttributeType.Nonce or StunAttributeType.Software => value.Length <= StunLimits.MaxWrittenTextBytes,
        StunAttributeType.ErrorCode => value.Length is >= 4 and <= 4 + StunLimits.MaxWrittenTextBytes,
        _ => !Has(type) || Check(type, value) == StunParseStatus.Ok,
    };

    private static StunParseStatus TextStatus(ReadOnlySpan<byte> value, StunParseStatus tooLong) =>
        value.Length > StunLimits.MaxTextBytes ? tooLong : StunParseStatus.Ok;
}
