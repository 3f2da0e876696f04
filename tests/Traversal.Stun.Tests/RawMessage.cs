using System.Buffers.Binary;

namespace Traversal.Stun.Tests;

/// <summary>Messages put together byte by byte, lawful or not.</summary>
internal static class RawMessage
{
    /// <summary>A Binding request of these attributes, its length right.</summary>
    public static byte[] Of(params byte[][] attributes)
    {
        byte[] body = [.. attributes.SelectMany(attribute => attribute)];
        byte[] message = [0x00, 0x01, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. "0123456789ab"u8, .. body];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)body.Length);
        return message;
    }

    /// <summary>An attribute with its padding.</summary>
    public static byte[] Attribute(StunAttributeType type, params ReadOnlySpan<byte> value) =>
        [.. Header((ushort)type, value.Length), .. value, .. new byte[-value.Length & 3]];

    /// <summary>An attribute of so many zeros.</summary>
    public static byte[] Attribute(StunAttributeType type, int length) => Attribute(type, new byte[length]);

    /// <summary>The four bytes in front of a value.</summary>
    public static byte[] Header(ushort type, int length) => [(byte)(type >> 8), (byte)type, (byte)(length >> 8), (byte)length];

    public static StunParseStatus Status(byte[] bytes) => StunMessage.TryParse(bytes, out _);

    public static StunMessage Parse(byte[] bytes)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage message));
        return message;
    }
}
