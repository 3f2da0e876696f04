using System.Globalization;
using Traversal.Primitives;

namespace Traversal.Stun.Tests.Properties;

/// <summary>A message as a plain value, to be generated, written, read back and compared.</summary>
public sealed record MessageModel(StunClass Class, StunMethod Method, TransactionId Id, IReadOnlyList<AttributeModel> Attributes, StunIntegrity Integrity, int Sha256Length, bool Fingerprint)
{
    public bool Equals(MessageModel? other) =>
        other is not null && (Class, Method, Id, Integrity, Fingerprint) == (other.Class, other.Method, other.Id, other.Integrity, other.Fingerprint) &&
        (Sha256Length == other.Sha256Length || !Integrity.HasFlag(StunIntegrity.Sha256)) && Attributes.SequenceEqual(other.Attributes);

    public override int GetHashCode() => HashCode.Combine(Id, Attributes.Count);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Method} {Class} {Id} [{string.Join(", ", Attributes)}] {Integrity}/{Sha256Length} fingerprint {Fingerprint}");
}

/// <summary>An attribute as a plain value.</summary>
public abstract record AttributeModel(StunAttributeType Type);

public sealed record BytesModel(StunAttributeType Type, string Hex) : AttributeModel(Type);

public sealed record AddressModel(StunAttributeType Type, TransportAddress Address) : AttributeModel(Type);

public sealed record XorAddressModel(StunAttributeType Type, TransportAddress Address) : AttributeModel(Type);

public sealed record UInt32Model(StunAttributeType Type, uint Number) : AttributeModel(Type);

public sealed record UInt64Model(StunAttributeType Type, ulong Number) : AttributeModel(Type);

public sealed record ErrorCodeModel(StunErrorCode Code, string Reason) : AttributeModel(StunAttributeType.ErrorCode);

public sealed record AlgorithmsModel(StunAttributeType Type, string Algorithms) : AttributeModel(Type);
