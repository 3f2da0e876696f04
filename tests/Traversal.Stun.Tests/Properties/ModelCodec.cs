using System.Text;
using Traversal.Primitives;

namespace Traversal.Stun.Tests.Properties;

/// <summary>Writes a model with the library's writer and reads it back with its reader.</summary>
internal static class ModelCodec
{
    public static readonly IntegrityKey Key = IntegrityKey.ShortTerm("VOkJxbRl1RmTxUk/WvJxBt");

    public static byte[] Encode(MessageModel model)
    {
        byte[] buffer = new byte[32_768];
        buffer.AsSpan().Fill(0xCC);
        var writer = new StunMessageWriter(buffer, model.Class, model.Method, model.Id);
        foreach (AttributeModel attribute in model.Attributes) Add(ref writer, attribute);
        return buffer[..writer.Finish(Key, model.Integrity, model.Fingerprint, model.Sha256Length)];
    }

    /// <summary>Reads what <paramref name="like"/> says is there; null where the message is refused or does not verify.</summary>
    public static MessageModel? Decode(byte[] bytes, MessageModel like)
    {
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok) return null;
        if (message.HasFingerprint && !message.IsFingerprintValid()) return null;
        if (message.HasIntegrity && !message.VerifyIntegrity(Key)) return null;
        if (message.HasIntegritySha256 && !message.VerifyIntegritySha256(Key, minimumLength: 16)) return null;

        var attributes = new List<AttributeModel>();
        int sha256Length = 32;
        foreach (StunAttribute attribute in message)
        {
            switch (attribute.Type)
            {
                case StunAttributeType.MessageIntegritySha256: sha256Length = attribute.Value.Length; break;
                case StunAttributeType.MessageIntegrity or StunAttributeType.Fingerprint: break;
                default:
                    AttributeModel? read = attributes.Count < like.Attributes.Count ? Read(message, attribute, like.Attributes[attributes.Count]) : null;
                    if (read is null) return null;
                    attributes.Add(read);
                    break;
            }
        }

        StunIntegrity integrity =
            (message.HasIntegrity ? StunIntegrity.Sha1 : StunIntegrity.None) | (message.HasIntegritySha256 ? StunIntegrity.Sha256 : StunIntegrity.None);
        return new MessageModel(message.Class, message.Method, message.TransactionId, attributes, integrity, sha256Length, message.HasFingerprint);
    }

    private static void Add(ref StunMessageWriter writer, AttributeModel attribute)
    {
        switch (attribute)
        {
            case BytesModel m: writer.Add(m.Type, Convert.FromHexString(m.Hex)); break;
            case AddressModel m: writer.AddAddress(m.Type, m.Address); break;
            case XorAddressModel m: writer.AddXorAddress(m.Type, m.Address); break;
            case UInt32Model m: writer.AddUInt32(m.Type, m.Number); break;
            case UInt64Model m: writer.AddUInt64(m.Type, m.Number); break;
            case ErrorCodeModel m: writer.AddErrorCode(m.Code, Encoding.UTF8.GetBytes(m.Reason)); break;
            case AlgorithmsModel m: writer.AddPasswordAlgorithms(m.Type, [.. m.Algorithms.Select(c => (PasswordAlgorithm)(c - '0'))]); break;
        }
    }

    // Typed access takes the first of its type, so the values of later ones are read as bytes of their own message.
    private static AttributeModel? Read(StunMessage message, StunAttribute attribute, AttributeModel like)
    {
        if (attribute.Type != like.Type) return null;

        byte[] alone = RawMessage.Of(RawMessage.Attribute(attribute.Type, attribute.Value));
        message.TransactionId.Write(alone.AsSpan(8));
        StunMessage one = RawMessage.Parse(alone);
        switch (like)
        {
            case AddressModel m: return one.TryGetAddress(m.Type, out TransportAddress address) ? m with { Address = address } : null;
            case XorAddressModel m: return message.TryReadXorAddress(attribute.Value, out TransportAddress xor) ? m with { Address = xor } : null;
            case UInt32Model m: return one.TryGetUInt32(m.Type, out uint number32) ? m with { Number = number32 } : null;
            case UInt64Model m: return one.TryGetUInt64(m.Type, out ulong number64) ? m with { Number = number64 } : null;
            case ErrorCodeModel:
                return one.TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason) ? new ErrorCodeModel(code, Encoding.UTF8.GetString(reason)) : null;
            case AlgorithmsModel m:
                if (!one.TryGetPasswordAlgorithms(m.Type, out PasswordAlgorithmList list)) return null;
                string algorithms = "";
                foreach (PasswordAlgorithm algorithm in list) algorithms += (char)('0' + (int)algorithm);
                return m with { Algorithms = algorithms };
            default: return new BytesModel(attribute.Type, Convert.ToHexString(attribute.Value));
        }
    }
}
