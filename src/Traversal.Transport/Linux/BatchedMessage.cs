using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>One message of a batch, and how long it was (<c>mmsghdr</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchedMessage
{
    public MessageHeader Header;
    public uint Length;
}
