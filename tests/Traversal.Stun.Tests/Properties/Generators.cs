using FsCheck;
using FsCheck.Fluent;
using Traversal.Primitives;

namespace Traversal.Stun.Tests.Properties;

/// <summary>Lawful messages, and bytes that nearly are.</summary>
internal static class Generators
{
    // The bytes follow from one generated number: a generator for each byte takes most of a run's time.
    public static Gen<byte[]> Bytes(int shortest, int longest) =>
        from length in Gen.Choose(shortest, longest)
        from seed in Gen.Choose(int.MinValue, int.MaxValue)
        select RandomBytes(length, seed);

    public static Gen<MessageModel> Messages() =>
        from messageClass in Gen.Elements(Enum.GetValues<StunClass>())
        from method in Gen.OneOf(Gen.Elements(Enum.GetValues<StunMethod>()), Gen.Choose(0, 0xFFF).Select(m => (StunMethod)m))
        from id in Bytes(TransactionId.Length, TransactionId.Length)
        from count in Gen.Choose(0, 8)
        from attributes in Gen.ListOf(Attributes(), count)
        from integrity in Gen.Elements(Enum.GetValues<StunIntegrity>())
        from sha256Words in Gen.Choose(4, 8)
        from fingerprint in Gen.Elements(true, false)
        select new MessageModel(messageClass, method, TransactionId.Read(id), [.. attributes], integrity, sha256Words * 4, fingerprint);

    /// <summary>Messages that carry both kinds of protection.</summary>
    public static Gen<MessageModel> ProtectedMessages() =>
        from model in Messages()
        from integrity in Gen.Elements(StunIntegrity.Sha1, StunIntegrity.Sha256, StunIntegrity.Both)
        select model with { Integrity = integrity, Fingerprint = true };

    /// <summary>Attributes in a row, with a right or nearly right header, cut or changed somewhere.</summary>
    public static Gen<byte[]> NearlyMessages() =>
        from count in Gen.Choose(0, 6)
        from attributes in Gen.ListOf(RawAttributes(), count)
        from lie in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(-8, 8)))
        from cut in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(0, 24)))
        from flip in Gen.Frequency((3, Gen.Constant(-1)), (1, Gen.Choose(0, 2000)))
        select Spoil(RawMessage.Of([.. attributes]), lie, cut, flip);

    private static byte[] RandomBytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Gen<byte[]> RawAttributes() =>
        from type in Gen.Frequency(
            (2, Gen.Elements(StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256)),
            (1, Gen.Constant(StunAttributeType.Fingerprint)),
            (4, Gen.Elements(Enum.GetValues<StunAttributeType>())),
            (1, Gen.Choose(0, 0xFFFF).Select(t => (StunAttributeType)t)))
        from value in Gen.OneOf(Gen.Elements(0, 1, 4, 8, 16, 20, 32).SelectMany(length => Bytes(length, length)), Bytes(0, 40))
        select RawMessage.Attribute(type, value);

    private static byte[] Spoil(byte[] message, int lie, int cut, int flip)
    {
        message[3] = (byte)(message[3] + lie);
        message = message[..Math.Max(0, message.Length - cut)];
        if (flip >= 0 && message.Length > 0) message[flip % message.Length] ^= (byte)(1 << flip % 8);
        return message;
    }

    private static Gen<AttributeModel> Attributes() => Gen.OneOf(
        Model(StunAttributeType.MappedAddress, Addresses(), (type, address) => new AddressModel(type, address)),
        Model(StunAttributeType.AlternateServer, Addresses(), (type, address) => new AddressModel(type, address)),
        Model(StunAttributeType.XorMappedAddress, Addresses(), (type, address) => new XorAddressModel(type, address)),
        Model(StunAttributeType.XorPeerAddress, Addresses(), (type, address) => new XorAddressModel(type, address)),
        Model(StunAttributeType.Priority, UInt32(), (type, number) => new UInt32Model(type, number)),
        Model(StunAttributeType.Nomination, UInt32(), (type, number) => new UInt32Model(type, number)),
        Model(StunAttributeType.IceControlled, UInt64(), (type, number) => new UInt64Model(type, number)),
        Model(StunAttributeType.IceControlling, UInt64(), (type, number) => new UInt64Model(type, number)),
        Model(StunAttributeType.Username, Bytes(1, 508), Raw),
        Model(StunAttributeType.Realm, Bytes(0, 509), Raw),
        Model(StunAttributeType.Nonce, Bytes(0, 509), Raw),
        Model(StunAttributeType.Software, Bytes(0, 60), Raw),
        Model(StunAttributeType.Userhash, Bytes(32, 32), Raw),
        Model(StunAttributeType.Data, Bytes(0, 1200), Raw),
        Model(StunAttributeType.UseCandidate, Bytes(0, 0), Raw),
        Model((StunAttributeType)0x7FFE, Bytes(0, 30), Raw),
        Model((StunAttributeType)0xFFFE, Bytes(0, 30), Raw),
        from code in Gen.Choose(300, 699)
        from reason in Gen.Choose(1, 80)
        select (AttributeModel)new ErrorCodeModel((StunErrorCode)code, new string('r', reason)),
        from count in Gen.Choose(0, 5)
        from algorithms in Gen.ArrayOf(Gen.Elements('1', '2', '9'), count)
        select (AttributeModel)new AlgorithmsModel(StunAttributeType.PasswordAlgorithms, new string(algorithms)));

    private static AttributeModel Raw(StunAttributeType type, byte[] value) => new BytesModel(type, Convert.ToHexString(value));

    private static Gen<AttributeModel> Model<T>(StunAttributeType type, Gen<T> values, Func<StunAttributeType, T, AttributeModel> make) =>
        values.Select(value => make(type, value));

    private static Gen<TransportAddress> Addresses() => Gen.OneOf(
        from bytes in Bytes(4, 4)
        from port in Gen.Choose(0, 65535)
        select TransportAddress.FromBytes(bytes, (ushort)port),
        from bytes in Bytes(16, 16)
        from port in Gen.Choose(0, 65535)
        select TransportAddress.FromBytes(bytes, (ushort)port));

    private static Gen<uint> UInt32() => Bytes(4, 4).Select(bytes => BitConverter.ToUInt32(bytes));

    private static Gen<ulong> UInt64() => Bytes(8, 8).Select(bytes => BitConverter.ToUInt64(bytes));
}
