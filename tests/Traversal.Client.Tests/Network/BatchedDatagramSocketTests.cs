using Traversal.Client.Network;
using Traversal.Client.Network.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Linux;

namespace Traversal.Client.Tests.Network;

/// <summary>By the calls of the kernel.</summary>
public sealed class BatchedDatagramSocketTests : DatagramSocketTests
{
    private protected override IDatagramSocket Open(string local)
    {
        Assert.SkipUnless(BatchSocket.IsSupported, "this system has no batched calls");
        return Assert.IsType<BatchedDatagramSocket>(SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse(local)).Value);
    }
}
