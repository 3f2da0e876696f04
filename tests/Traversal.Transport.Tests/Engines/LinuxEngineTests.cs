using Traversal.Transport.Linux;

namespace Traversal.Transport.Tests.Engines;

public sealed class LinuxEngineTests : EngineContract
{
    public LinuxEngineTests()
        : base(EngineKind.Linux)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "this is not Linux");
    }

    [Fact]
    public void The_structures_have_the_sizes_that_the_kernel_expects()
    {
        Assert.SkipUnless(Environment.Is64BitProcess, "the engine is for 64-bit systems");
        Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<IOVector>());
        Assert.Equal(56, System.Runtime.CompilerServices.Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(64, System.Runtime.CompilerServices.Unsafe.SizeOf<BatchedMessage>());
        Assert.Equal(24, System.Runtime.CompilerServices.Unsafe.SizeOf<SegmentControl>());
        Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<SocketName>());
        Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<LinuxSocket>());
    }
}
